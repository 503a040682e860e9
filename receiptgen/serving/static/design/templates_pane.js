// Packaged templates and profiles to begin with, and how one takes the place of another.

import { ask, at } from "../common.js";
import { agreed, tell } from "./notice.js";

const FIRST_PROFILE = "scan"; // what most profiles extend

/** Give the changes by which the draft becomes a packaged file of its kind. */
export async function packaged(kind, name) {
  const text = await ask(`/api/${kind}s/${encodeURIComponent(name)}`);
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
    if (listed !== draft.kind) at("template").replaceChildren(own, ...names[`${draft.kind}s`].map((name) => new Option(name)));
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
    draft.turn(kind, draft.other ?? await packaged(kind, draft.profile || FIRST_PROFILE));
  }));
  draft.addEventListener("change", () => {
    show();
    tell(draft.isKept ? "" : "this browser keeps nothing: save what you type before you leave");
  });
  show();
}
