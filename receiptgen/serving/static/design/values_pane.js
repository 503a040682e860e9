// What the receipt says, as a form: a value that is changed is printed, and all that is not given is drawn to fit it.

import { at, save } from "../common.js";
import { made } from "./elements.js";
import { PAUSE } from "./faults_pane.js";
import { isGiven, leavesOf, withGiven, withItem, withValue, withoutItem, withoutValue } from "./given_values.js";

const FAULT = /^values: (.*)$/s;

const ALONE = "Receipt"; // what values are listed under that belong to nothing else

/** Give what the values are listed under that a path belongs to: each item, each other part, all else. */
const groupOf = (path) => (path[0] === "items" ? `Item ${path[1] + 1}` : path.length > 1 ? capital(path[0]) : ALONE);
/** Give what a value is called there: `items.0.unit_price` is the unit price of item 1. */
const nameOf = (path) => path.slice(path[0] === "items" ? 2 : path.length > 1 ? 1 : 0)
  .map((step) => (typeof step === "number" ? step + 1 : step.replaceAll("_", " "))).join(" ");
const capital = (word) => word[0].toUpperCase() + word.slice(1);

// Items come last: there are many of them, and below them nobody would find the total.
const rankOf = (group) => (group === ALONE ? 0 : group.startsWith("Item ") ? 2 : 1);

export function begin({ draft, drawing }) {
  let inputs = new Map(); // by path
  let printed = null; // the truth of what was drawn last
  let timer = 0; // until a fault of something else is told

  const give = (values) => draft.change({ values });
  const show = () => {
    if (at("values-view").hidden || !printed) return;
    const leaves = leavesOf(withGiven(printed.values, draft.values ?? {}));
    if (leaves.map(({ path }) => path.join(".")).join() !== [...inputs.keys()].join()) build(leaves);
    for (const { path, value } of leaves) {
      const { input, back } = inputs.get(path.join("."));
      const isOwn = isGiven(draft.values, path);
      if (document.activeElement !== input || !isOwn) input.value = value; // what is being typed stays
      input.classList.toggle("changed", isOwn);
      back.hidden = !isOwn;
    }
    for (const id of ["values-clear", "values-save"]) at(id).disabled = !draft.values;
  };

  const build = (leaves) => {
    const [focused, next] = [document.activeElement?.dataset.path, new Map()];
    const groups = Map.groupBy(leaves, ({ path }) => groupOf(path));
    const order = [...groups.keys()].sort((one, other) => rankOf(one) - rankOf(other)); // else as they are printed
    const fieldsets = order.map((group) => {
      const rows = groups.get(group).map((leaf) => rowOf(leaf, next));
      const [part, index] = groups.get(group)[0].path;
      const remove = part === "items" ? [button("Remove", `Remove item ${index + 1}`, () => give(withoutItem(draft.values, printed, index)))] : [];
      return made("fieldset", {}, made("legend", { textContent: group }), ...rows, ...remove);
    });
    inputs = next;
    at("values-form").replaceChildren(...fieldsets);
    inputs.get(focused)?.input.focus();
  };

  const rowOf = ({ path, value }, next) => {
    const name = nameOf(path);
    const input = made("input", { className: "field", type: "text", value, autocomplete: "off", spellcheck: false });
    input.dataset.path = path.join(".");
    input.setAttribute("aria-describedby", "value-faults");
    input.addEventListener("change", () => give(withValue(draft.values, printed, path, input.value.trim())));
    const back = button("×", `Draw ${name}`, () => give(withoutValue(draft.values, path)));
    next.set(path.join("."), { input, back });
    return made("div", { className: "row" }, made("label", {}, made("span", { textContent: name }), input), back);
  };

  drawing.addEventListener("begin", () => clearTimeout(timer));
  drawing.addEventListener("drawn", ({ detail }) => {
    if (!detail.files) return;
    printed = JSON.parse(detail.files["truth.json"]);
    tellFaults([], inputs);
    show();
  });
  drawing.addEventListener("refused", ({ detail }) => {
    show();
    const faults = detail.map((fault) => FAULT.exec(fault)?.[1]).filter(Boolean);
    if (faults.length) tellFaults(faults, inputs); // on what is shown now
    else timer = setTimeout(tellFaults, PAUSE, [`Nothing was drawn: ${detail.join("; ")}`], inputs);
  });
  at("tab-values").addEventListener("shown", () => {
    drawing.needFiles();
    show();
  });
  at("values-form").addEventListener("submit", (event) => event.preventDefault());
  at("values-add").addEventListener("click", () => printed && give(withItem(draft.values, printed)));
  at("values-clear").addEventListener("click", () => give(null));
  at("values-save").addEventListener("click", () => save(`${JSON.stringify(draft.values, null, 2)}\n`, "application/json", `${draft.name}.values.json`));
}

/** Tell what is wrong with given values, each after its path where it has one. */
function tellFaults(faults, inputs) {
  at("value-faults").replaceChildren(...faults.map((fault) => made("li", { textContent: fault })));
  for (const [path, { input }] of inputs) input.setAttribute("aria-invalid", faults.some((fault) => fault.startsWith(`${path}: `)));
}

function button(text, label, act) {
  const pressed = made("button", { type: "button", textContent: text });
  pressed.setAttribute("aria-label", label);
  pressed.addEventListener("click", act);
  return pressed;
}
