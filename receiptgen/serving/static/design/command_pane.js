// The command that draws many like what is shown, and the files that it takes.

import { at } from "../common.js";
import { copy } from "./notice.js";

/** Give a word as shells take it. */
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Tell what a file is called where it is run: a packaged one by its name. */
const fileOf = ({ name, packaged, text, opened }) => (packaged && text === opened ? packaged : `${name}.yaml`);

const STANDARD = "standard"; // the set of which all kinds are drawn, and receipts too, unless kinds are named

/** Options of each kind of what is designed, each `[option, value]`; `kinds` are those of a set. */
const OPTIONS = {
  template: (draft) => [["--templates", fileOf(draft.template)], ["--profile", draft.profile], ["--from", valuesOf(draft)]],
  profile: (draft) => [["--templates", fileOf(draft.template)], ["--profile", fileOf(draft.file)], ["--from", valuesOf(draft)]],
  snippets: (draft, kinds) => {
    const set = fileOf(draft.file);
    return [["--set", set], ["--kinds", draft.only || (set === STANDARD ? kinds.join(",") : "")], ["--profile", draft.profile]];
  },
};

const valuesOf = ({ values, name }) => (values ? `${name}.values.json` : "");

/** Give the command that draws a number of receipts or of snippets of each kind like the draft. */
export function commandOf(draft, number, kinds = []) {
  const options = [...OPTIONS[draft.kind](draft, kinds), ["--locales", draft.locale], ["--seed", draft.seed]].filter(([, value]) => value !== "");
  const words = ["receiptgen", "draw", number, ...options.flat(), ...(draft.color ? ["--color"] : [])];
  return words.map(String).map(quoted).join(" ");
}

/** Give the names of the files that the command takes. */
function filesOf(draft) {
  const yaml = { template: [draft.file], profile: [draft.template, draft.file], snippets: [draft.file] }[draft.kind];
  const values = draft.kind === "snippets" ? "" : valuesOf(draft);
  return [...yaml.map(fileOf).filter((name) => name.endsWith(".yaml")), values, ...draft.files.namedIn(...draft.texts)].filter(Boolean);
}

/** Give a word that stands on one line: browsers would break an option at its dashes. */
function unbroken(word) {
  const span = document.createElement("span");
  span.textContent = word;
  return span;
}

export function begin({ draft, drawing }) {
  let kinds = [];
  const show = () => {
    const words = commandOf(draft, at("number").valueAsNumber || 1, kinds).split(" ");
    at("command").replaceChildren(...words.flatMap((word, index) => (index ? [" ", unbroken(word)] : [unbroken(word)])));
    const names = filesOf(draft);
    const isSet = draft.kind === "snippets";
    at("command-file").hidden = !names.length;
    at("command-name").textContent = names.join(", ");
    at("number-of").textContent = isSet ? "Of each kind" : "Receipts";
    at("command-first").textContent = `The first ${isSet ? "of each kind are those" : "receipt is the one"} shown here, as long as the file keeps its name.`;
  };
  draft.addEventListener("change", show);
  drawing.addEventListener("snippets", ({ detail }) => {
    ({ kinds } = detail);
    show();
  });
  at("number").addEventListener("input", show);
  at("copy-command").addEventListener("click", () => copy(at("command").textContent, at("copy-command")));
  show();
}
