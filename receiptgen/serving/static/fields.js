// What the receipt of an image says: its values, as they were read and as somebody corrected them.

import { inert, table } from "./common.js";
import { verdict } from "./sums.js";

const RECEIPT_HEADS = [
  "file", "merchant.name", "merchant.address", "date", "time", "number", "currency", "subtotal", "discounts", "service",
  "tax", "tip", "total", "payable", "tenders", "change", "checked", "total.confidence", "notes",
];
const ITEM_HEADS = [
  "file", "item", "name", "code", "quantity", "unit", "unit_price", "discount", "amount", "tax_code", "confidence",
];
const ADDRESS = /^merchant\.address\.\d+$/;
const NUMBERS = /(^|\.)(quantity|unit_price|gross|amount|percent|net|tax|subtotal|total|payable|rounding|change|saved|items_sold)$/;

export const isNumber = (path) => NUMBERS.test(path);

/** The fields of one receipt. */
export class Fields {
  #read; // evidence of each field by its path
  #values = new Map(); // texts by path, as they are now
  #items; // the numbers of items in their paths, in order

  constructor({ fields, notes, checked, values }) {
    this.#read = new Map(Object.entries(fields));
    for (const [path, { value }] of this.#read) this.#values.set(path, value);
    this.#items = this.indices("items");
    Object.assign(this, { notes, checked, kinds: (values.tenders ?? []).map((tender) => tender.kind) });
  }

  get items() {
    return this.#items;
  }

  get empty() {
    return !this.#read.size && !this.#values.size;
  }

  /** Paths whose values are not as they were read. */
  get changed() {
    const paths = new Set([...this.#read.keys(), ...this.#values.keys()]);
    return [...paths].filter((path) => this.isChanged(path));
  }

  paths() {
    return [...this.#values.keys()];
  }

  /** The numbers of the entries of a list, as of `items` or `taxes`. */
  indices(list) {
    const found = [...this.#values.keys()].map((path) => path.split(".")).filter(([name]) => name === list);
    return [...new Set(found.map(([, index]) => Number(index)))].filter(Number.isInteger);
  }

  get(path) {
    if (path === "merchant.address") return this.#address().map((line) => this.#values.get(line)).join("\n");
    return this.#values.get(path) ?? "";
  }

  /** Give what was read of a field: `value`, `confidence`, `words` and more; nothing where it was not read. */
  read(path) {
    if (path !== "merchant.address") return this.#read.get(path);
    const lines = [...this.#read].filter(([line]) => ADDRESS.test(line)).map(([, line]) => line);
    return lines.length ? {
      value: lines.map((line) => line.value).join("\n"), words: lines.flatMap((line) => line.words),
      confidence: Math.min(...lines.map((line) => line.confidence)), checked: null,
    } : undefined;
  }

  set(path, text) {
    if (path === "merchant.address") {
      for (const line of this.#address()) this.#values.delete(line);
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      for (const [index, line] of lines.entries()) this.#values.set(`merchant.address.${index}`, line);
      return;
    }
    const said = isNumber(path) ? text.trim().replace(/^([-+]?\d+),(\d+)$/, "$1.$2") : text.trim();
    if (said) this.#values.set(path, said);
    else this.#values.delete(path);
  }

  isChanged(path) {
    return this.get(path) !== (this.read(path)?.value ?? "");
  }

  addItem() {
    const index = Math.max(-1, ...this.#items, ...this.indices("items")) + 1;
    this.#items.push(index);
    return index;
  }

  removeItem(index) {
    this.#items = this.#items.filter((other) => other !== index);
    for (const path of this.paths()) if (path.startsWith(`items.${index}.`)) this.#values.delete(path);
  }

  /** Tell whether all adds up: `{ checked, notes }`. The reader has the word until an amount is corrected. */
  verdict() {
    if (!this.changed.some(isNumber)) return { checked: this.checked, notes: this.#notes(true) };
    const { checked, notes } = verdict({
      items: this.#items.map((index) => this.item(index)), subtotal: this.get("subtotal"), total: this.get("total"),
      discounts: this.list("discounts", "amount"), service: [this.get("service.amount")],
      tax: this.get("tax") ? [this.get("tax")] : this.list("taxes", "tax"), tip: [this.get("tip.amount")],
      rounding: this.get("rounding"), payable: this.get("payable"), tenders: this.list("tenders", "amount"),
      change: this.get("change"),
      taxes: this.indices("taxes").map((index) => this.#tax(index)),
    });
    return { checked, notes: [...this.#notes(false), ...notes] };
  }

  /** Give what the reader doubts, but for what was corrected; with or without the sums that fail. */
  #notes(sums) {
    return this.notes.filter((note) => (note.startsWith("date ") ? !this.isChanged("date") : sums));
  }

  #tax(index) {
    const [name, ...amounts] = ["name", "percent", "net", "tax", "gross"].map((key) => this.get(`taxes.${index}.${key}`));
    const [percent, net, tax, gross] = amounts;
    return { name: [name || "Tax", percent && `${percent} %`].filter(Boolean).join(" "), percent, net, tax, gross };
  }

  item(index) {
    const [name, quantity, unit_price, gross, amount, discount] = [
      "name", "quantity", "unit_price", "gross", "amount", "discount.amount",
    ].map((key) => this.get(`items.${index}.${key}`));
    return { name, quantity, unit_price, gross, amount, discount };
  }

  /** Give one value of each entry of a list. */
  list(list, key) {
    return this.indices(list).map((index) => this.get(`${list}.${index}.${key}`));
  }

  /** Give the values in the structure of items.json; lists have no gaps. */
  nested() {
    const values = {};
    for (const [path, text] of this.#values) {
      const steps = path.split(".");
      let here = values;
      for (const [place, step] of steps.slice(0, -1).entries()) here = here[step] ??= /^\d+$/.test(steps[place + 1]) ? [] : {};
      here[steps.at(-1)] = text;
    }
    for (const [index, kind] of this.kinds.entries()) if (values.tenders?.[index]) values.tenders[index].kind = kind;
    if (values.items) values.items = this.#items.map((index) => values.items[index]);
    return dense(values);
  }

  /** Give the object that `receiptgen read --fields` prints, with what was corrected. */
  entry(file) {
    const numbers = new Map(this.#items.filter((index) => this.paths().some((path) => path.startsWith(`items.${index}.`))).map((index, place) => [index, place]));
    const named = (path) => path.replace(/^items\.(\d+)\./, (_, index) => `items.${numbers.get(Number(index))}.`);
    const fields = [...this.#values].map(([path, value]) => [named(path), this.#evidence(path, value)]);
    return {
      file, values: this.nested(), ...this.verdict(), fields: Object.fromEntries(fields),
    };
  }

  #evidence(path, value) {
    const { alternative, ...read } = this.#read.get(path) ?? { text: "", words: [], checked: null };
    return this.isChanged(path) ? { ...read, value, confidence: 1, corrected: true } : read;
  }

  #address() {
    return [...this.#values.keys()].filter((path) => ADDRESS.test(path));
  }
}

/** Give values without the gaps of lists. */
function dense(value) {
  if (Array.isArray(value)) return value.filter((entry) => entry !== undefined).map(dense);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, dense(entry)]));
}

const sum = (texts) => {
  const numbers = texts.filter(Boolean);
  const decimals = Math.max(0, ...numbers.map((text) => (text.split(".")[1] ?? "").length));
  return numbers.length ? numbers.reduce((total, text) => total + Number(text), 0).toFixed(decimals) : "";
};
const confidence = (read) => (read.length ? Math.min(...read.map((field) => field.confidence)).toFixed(4) : "");

/** Give receipts as the table that `receiptgen read --fields --format csv` writes. */
export function receiptTable(receipts) {
  const rows = receipts.map(([file, fields]) => {
    const entry = fields.entry(file);
    return [
      file, fields.get("merchant.name"), fields.get("merchant.address").replaceAll("\n", ", "),
      ...["date", "time", "number", "currency", "subtotal"].map((path) => fields.get(path)),
      sum(fields.list("discounts", "amount")), fields.get("service.amount"),
      fields.get("tax") || sum(fields.list("taxes", "tax")), fields.get("tip.amount"), fields.get("total"),
      fields.get("payable"), [...new Set(fields.kinds)].join(", "), fields.get("change"), entry.checked ?? "",
      entry.fields.total?.confidence.toFixed(4) ?? "", entry.notes.join("; "),
    ];
  });
  return table([RECEIPT_HEADS, ...inert(rows)], ",", "\r\n");
}

/** Give the items of receipts as the table that is written beside. */
export function itemTable(receipts) {
  const keys = ["name", "code", "quantity", "unit", "unit_price", "discount.amount", "amount", "tax_code"];
  const rows = receipts.flatMap(([file, fields]) => fields.items.map((index, place) => {
    const paths = keys.map((key) => `items.${index}.${key}`);
    const read = paths.map((path) => !fields.isChanged(path) && fields.read(path)).filter(Boolean);
    return [file, place + 1, ...paths.map((path) => fields.get(path)), confidence(read)];
  }));
  return table([ITEM_HEADS, ...inert(rows)], ",", "\r\n");
}
