// The form of a receipt's fields beside its picture: each value tied to its words, and added up as it is typed.

import { at, isMoved } from "./common.js";
import { isNumber } from "./fields.js";
import { itemOff } from "./sums.js";
import { rank } from "./words.js";

const HEAD = [
  ["merchant.name", "Merchant"], ["merchant.address", "Address"], ["date", "Date"], ["time", "Time"], ["number", "Number"],
  ["currency", "Currency"],
];
const COLUMNS = [["name", "Name"], ["quantity", "Quantity"], ["unit_price", "Price"], ["discount.amount", "Discount"], ["amount", "Amount"]];
// Totals that every receipt is asked for, and those that are shown where they are printed.
const ALWAYS = new Set(["subtotal", "tax", "tip.amount", "total"]);
const TOTALS = ["subtotal", "discounts", "service.amount", "taxes", "tax", "tip.amount", "rounding", "total", "payable", "tenders", "change"];
const TITLES = {
  subtotal: "Subtotal", discounts: "Discount", "service.amount": "Service", taxes: "Tax", tax: "Tax", "tip.amount": "Tip",
  rounding: "Rounding", total: "Total", payable: "To pay", tenders: "Paid", change: "Change",
};
// What stands beside an amount names it, and has no place of its own.
const NAMES = /^(discounts|taxes|tenders)\.\d+\.(label|name|percent|code|kind)$|^(service|tip)\.(label|percent)$|\.discount\.(label|percent)$/;

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** The form of one receipt. */
export class FieldForm {
  #inputs = new Map(); // by path
  #fields;
  #on;

  /** `on.edit()` is called after each change, `on.light(words)` with the indices of words under the pointer. */
  constructor(fields, on) {
    this.#fields = fields;
    this.#on = on;
    this.#build();
  }

  /** Light the fields that stand on a word; none for null. */
  light(word) {
    for (const [path, input] of this.#inputs) {
      const lit = word !== null && this.#words(path).includes(word);
      input.classList.toggle("lit", lit);
      if (lit) input.scrollIntoView({ block: "nearest" });
    }
  }

  /** Go to the field that stands on a word, if one does. */
  edit(word) {
    const path = [...this.#inputs.keys()].find((name) => this.#words(name).includes(word));
    this.#inputs.get(path)?.select();
  }

  #build() {
    this.#inputs.clear();
    const shown = [this.#head(), this.#items(), this.#totals()];
    const others = this.#others();
    at("form").replaceChildren(...shown, ...(others ? [others] : []));
    this.#tell();
  }

  #head() {
    const isInvoice = !this.#fields.get("number") && this.#fields.get("invoice");
    const rows = HEAD.map(([path, title]) => (path === "number" && isInvoice ? this.#row("invoice", "Invoice") : this.#row(path, title)));
    return element("fieldset", { className: "head" }, element("legend", { textContent: "Receipt" }), ...rows);
  }

  #items() {
    const columns = COLUMNS.filter(([key]) => key !== "discount.amount" || this.#fields.items.some((index) => this.#fields.get(`items.${index}.${key}`)));
    const heads = [...columns.map(([, title]) => title), ""].map((title) => element("th", { scope: "col", textContent: title }));
    const body = element("tbody", {}, ...this.#fields.items.map((index, place) => this.#item(index, place, columns)));
    const add = element("button", { type: "button", id: "add-item", textContent: "Add an item" });
    add.addEventListener("click", () => {
      const index = this.#fields.addItem();
      this.#build();
      this.#inputs.get(`items.${index}.name`).focus();
    });
    const list = element("table", { className: "items" }, element("thead", {}, element("tr", {}, ...heads)), body);
    return element("fieldset", {}, element("legend", { textContent: "Items" }), list, add);
  }

  #item(index, place, columns) {
    const cells = columns.map(([key, title]) => {
      const input = this.#input(`items.${index}.${key}`, `${title} of item ${place + 1}`);
      return element("td", { className: key === "name" ? "name" : "amount" }, input);
    });
    const remove = element("button", { type: "button", textContent: "×", title: "Remove this item" });
    remove.setAttribute("aria-label", `Remove item ${place + 1}`);
    remove.addEventListener("click", () => {
      this.#fields.removeItem(index);
      this.#build();
      this.#on.edit();
      at("add-item").focus();
    });
    const row = element("tr", {}, ...cells, element("td", { className: "remove" }, remove));
    row.dataset.item = index;
    return row;
  }

  #totals() {
    const rows = TOTALS.flatMap((name) => {
      const key = name === "taxes" ? "tax" : "amount";
      if (["discounts", "taxes", "tenders"].includes(name)) {
        return this.#fields.indices(name).map((index) => this.#row(`${name}.${index}.${key}`, this.#title(name, index)));
      }
      if (name === "tax" && !this.#fields.get("tax") && this.#fields.indices("taxes").length) return [];
      return this.#fields.get(name) || ALWAYS.has(name) ? [this.#row(name, TITLES[name])] : [];
    });
    return element("fieldset", { className: "totals" }, element("legend", { textContent: "Totals" }), ...rows);
  }

  /** Give what the paper calls an entry of a list. */
  #title(list, index) {
    const [label, name, percent] = ["label", "name", "percent"].map((key) => this.#fields.get(`${list}.${index}.${key}`));
    return [label || name || TITLES[list], percent && `${percent} %`].filter(Boolean).join(" ");
  }

  /** Give what else the receipt says, by the names of the fields. */
  #others() {
    const paths = this.#fields.paths().filter((path) => (
      !this.#inputs.has(path) && !NAMES.test(path) && !path.startsWith("merchant.address.")
    ));
    if (!paths.length) return null;
    const rows = paths.map((path) => this.#row(path, path.replace(/\.(\d+)/g, (_, index) => ` ${Number(index) + 1}`).replaceAll(/[._]/g, " ")));
    const more = element("details", {}, element("summary", { textContent: `${paths.length} more` }), element("div", { className: "others" }, ...rows));
    return element("fieldset", {}, more);
  }

  #row(path, title) {
    return element("label", { className: "row" }, element("span", { textContent: title }), this.#input(path));
  }

  #input(path, label = "") {
    const long = path === "merchant.address";
    const input = element(long ? "textarea" : "input", { value: this.#fields.get(path), className: "field" });
    if (long) input.rows = Math.max(2, input.value.split("\n").length);
    else if (isNumber(path)) input.inputMode = "decimal";
    if (label) {
      input.setAttribute("aria-label", label);
      [input.placeholder] = label.split(" of ");
    }
    input.dataset.path = path;
    input.classList.toggle("number", isNumber(path));
    input.addEventListener("input", () => {
      this.#fields.set(path, input.value);
      this.#tell();
      this.#on.edit();
    });
    input.addEventListener("change", () => {
      input.value = this.#fields.get(path);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        input.value = this.#fields.read(path)?.value ?? "";
        input.dispatchEvent(new Event("input"));
      } else if (event.key === "Enter" && !long) {
        event.preventDefault();
        const inputs = [...this.#inputs.values()];
        inputs[inputs.indexOf(input) + 1]?.select();
      }
    });
    input.addEventListener("focus", () => this.#on.light(this.#words(path)));
    input.addEventListener("pointerenter", (event) => isMoved(event) && this.#on.light(this.#words(path)));
    input.addEventListener("blur", () => this.#on.light([]));
    input.addEventListener("pointerleave", () => this.#on.light(this.#words(document.activeElement.dataset.path)));
    this.#inputs.set(path, input);
    return input;
  }

  #words(path) {
    return this.#fields.read(path)?.words ?? [];
  }

  /** Show how sure each value is, and whether all adds up. */
  #tell() {
    for (const [path, input] of this.#inputs) {
      const read = this.#fields.read(path);
      const changed = this.#fields.isChanged(path);
      const state = changed ? "changed" : read && (read.checked === false ? "poor" : rank(read.confidence));
      input.classList.remove("changed", "sure", "fair", "poor");
      if (state) input.classList.add(state);
      input.title = !read ? "" : changed ? `read as ${read.value || "nothing"}` : told(read);
    }
    for (const row of at("form").querySelectorAll("tr[data-item]")) {
      row.classList.toggle("off", Boolean(itemOff(this.#fields.item(Number(row.dataset.item)))));
    }
    const { checked, notes } = this.#fields.verdict();
    const off = checked === false || notes.some((note) => !note.startsWith("date "));
    at("sum").className = off ? "off" : checked ? "fits" : "open";
    at("sum").textContent = off ? "Doesn't add up" : checked ? "Adds up" : "Nothing to add up";
    at("notes").replaceChildren(...notes.map((note) => element("li", { textContent: capital(note) })));
  }
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const told = ({ confidence, alternative }) => (
  `${(100 * confidence).toFixed(0)} %${alternative ? `, perhaps ${alternative}` : ""}`
);
