// The command that draws many receipts like this one, of which this one is the first.

import { at } from "../common.js";
import { copy } from "./notice.js";

/** Give a word as shells take it. */
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Tell what a file is called where it is run: a packaged one by its name. */
const fileOf = ({ name, packaged, text, opened }) => (packaged && text === opened ? packaged : `${name}.yaml`);

/** Give the command that draws a number of receipts like the draft. */
export function commandOf(draft, number) {
  const options = [
    ["--templates", fileOf(draft.template)], ["--profile", draft.kind === "profile" ? fileOf(draft.file) : draft.profile],
    ["--locales", draft.locale], ["--from", draft.values ? `${draft.name}.values.json` : ""], ["--seed", draft.seed],
  ].filter(([, value]) => value !== "");
  const words = ["receiptgen", "draw", number, ...options.flat(), ...(draft.color ? ["--color"] : [])];
  return words.map(String).map(quoted).join(" ");
}

/** Give a word that stands on one line: browsers would break an option at its dashes. */
function unbroken(word) {
  const span = document.createElement("span");
  span.textContent = word;
  return span;
}

export function begin({ draft }) {
  const show = () => {
    const words = commandOf(draft, at("number").valueAsNumber || 1).split(" ");
    at("command").replaceChildren(...words.flatMap((word, index) => (index ? [" ", unbroken(word)] : [unbroken(word)])));
    const files = [draft.template, ...(draft.kind === "profile" ? [draft.file] : [])].map(fileOf).filter((name) => name.endsWith(".yaml"));
    const names = [...files, ...(draft.values ? [`${draft.name}.values.json`] : [])];
    at("command-file").hidden = !names.length;
    at("command-name").textContent = names.join(", ");
  };
  draft.addEventListener("change", show);
  at("number").addEventListener("input", show);
  at("copy-command").addEventListener("click", () => copy(at("command").textContent, at("copy-command")));
  show();
}
