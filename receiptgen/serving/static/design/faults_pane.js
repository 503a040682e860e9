// Faults of the draft: underlined in the editor, and listed below it, where a click goes to their place.

import { at } from "../common.js";

const PLACE = /^(template|profile|snippets)\.yaml:(\d+):(\d+): (.*)$/s;
export const PAUSE = 350; // milliseconds without a change before faults are told: half a word is no mistake

/** Give a fault's message, and its line and column from 1 where it has them in the file of a kind. */
export function parsed(fault, kind) {
  const [, of, line, column, message] = PLACE.exec(fault) ?? [];
  if (of === kind) return { line: Number(line), column: Number(column), message };
  return { line: 0, column: 0, message: fault.replace(`${kind}.yaml: `, "") };
}

export function begin({ draft, drawing, editor }) {
  const show = (faults) => {
    editor.showFaults(faults.filter(({ line }) => line));
    at("faults").replaceChildren(...faults.map((fault) => entry(fault, editor)));
  };
  let timer = 0;
  drawing.addEventListener("begin", () => clearTimeout(timer));
  for (const success of ["drawn", "snippets"]) drawing.addEventListener(success, () => show([]));
  drawing.addEventListener("refused", ({ detail }) => (timer = setTimeout(show, PAUSE, detail.map((fault) => parsed(fault, draft.kind)))));
}

function entry({ line, column, message }, editor) {
  const item = document.createElement("li");
  if (!line) {
    item.textContent = message;
    return item;
  }
  const button = document.createElement("button");
  button.textContent = `Line ${line}, column ${column}: ${message}`;
  button.addEventListener("click", () => editor.goTo(line, column));
  item.append(button);
  return item;
}
