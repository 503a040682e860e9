// Packaged templates, profiles and snippet sets to begin with, and how one takes the place of another.

import { ask, at } from "../common.js";
import { agreed, tell } from "./notice.js";
import { turns } from "./turns.js";

// Folder of each kind's packaged files, and which of them comes first; of profiles what most of them extend.
const FOLDERS = { template: "templates", profile: "profiles", snippets: "snippets" };
const FIRST = { template: "cafe", profile: "scan", snippets: "standard" };

/** Give the changes by which the draft becomes a packaged file of its kind. */
export async function packaged(kind, name) {
  const text = await ask(`/api/${FOLDERS[kind]}/${encodeURIComponent(name)}`);
  return { name, packaged: name, text, opened: text };
}

/** Begin to open something in place of the draft; gives what tells whether nothing else was opened since. */
export const opening = turns();

let replacing = Promise.resolve(); // ends with the last question

/** Put a template in place of the draft, having asked where something would be lost; give whether it was. */
export function replace(draft, changes) {
  replacing = replacing.then(() => put(draft, changes)); // one question at a time
  return replacing;
}

async function put(draft, changes) {
  if (changes.kind === "template") draft.turn("template", draft.template); // so that what else is in the editor is kept
  const isLost = draft.isEdited && changes.text !== draft.text;
  if (isLost && !await agreed(`Discard what you typed in ${draft.name}.yaml, and open ${changes.name}?`, "Discard")) return false;
  tell("");
  draft.change(changes);
  return true;
}

export function begin({ draft, names }) {
  const own = new Option("", "");
  let listed = "";
  const show = () => {
    if (listed !== draft.kind) at("template").replaceChildren(own, ...names[FOLDERS[draft.kind]].map((name) => new Option(name)));
    listed = at("kind").value = draft.kind;
    own.hidden = Boolean(draft.packaged);
    own.textContent = `${draft.name}.yaml`;
    at("template").value = draft.packaged;
    at("edited").hidden = !draft.isEdited;
    at("profile").disabled = draft.kind === "profile"; // that in the editor prints
  };
  const trying = (act) => async () => {
    const isLast = opening();
    try {
      await act(isLast);
    } catch (error) {
      if (!error.faults) throw error;
      if (isLast()) tell(error.faults.join("; "));
    }
    show();
  };
  at("template").addEventListener("change", trying(async (isLast) => {
    const changes = await packaged(draft.kind, at("template").value);
    if (isLast()) await replace(draft, changes);
  }));
  at("kind").addEventListener("change", trying(async (isLast) => {
    const kind = at("kind").value;
    const first = (kind === "profile" && draft.profile) || FIRST[kind];
    const file = kind === draft.kind ? draft.file : draft.others[kind] ?? await packaged(kind, first);
    if (isLast()) draft.turn(kind, file);
  }));
  draft.addEventListener("change", () => {
    show();
    tell(draft.isKept ? "" : "this browser keeps nothing: save what you type before you leave");
  });
  show();
}
