// Packaged templates, profiles and snippet sets to begin with, and how one takes the place of another.

import { ask, at } from "../common.js";
import { agreed, tell } from "./notice.js";

// Folder of each kind's packaged files, and which of them comes first; of profiles what most of them extend.
const FOLDERS = { template: "templates", profile: "profiles", snippets: "snippets" };
const FIRST = { template: "cafe", profile: "scan", snippets: "standard" };

/** Give the changes by which the draft becomes a packaged file of its kind. */
export async function packaged(kind, name) {
  const text = await ask(`/api/${FOLDERS[kind]}/${encodeURIComponent(name)}`);
  return { name, packaged: name, text, opened: text };
}

/** Put a template in place of the draft, having asked where something would be lost; give whether it was. */
export async function replace(draft, changes) {
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
    try {
      await act();
    } catch (error) {
      if (!error.faults) throw error;
      tell(error.faults.join("; "));
    }
    show();
  };
  at("template").addEventListener("change", trying(async () => replace(draft, await packaged(draft.kind, at("template").value))));
  at("kind").addEventListener("change", trying(async () => {
    const kind = at("kind").value;
    const first = (kind === "profile" && draft.profile) || FIRST[kind];
    draft.turn(kind, draft.others[kind] ?? await packaged(kind, first));
  }));
  draft.addEventListener("change", () => {
    show();
    tell(draft.isKept ? "" : "this browser keeps nothing: save what you type before you leave");
  });
  show();
}
