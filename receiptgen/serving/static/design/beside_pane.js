// The files that lie beside what is designed: added by hand or by dropping them, listed with their sizes, removed.

import { at } from "../common.js";
import { onDrop } from "./drops.js";
import { made } from "./elements.js";
import { MOST_BYTES, sizeText } from "./own_files.js";

export function begin({ draft }) {
  const { files } = draft;
  const tell = (faults) => {
    at("beside-faults").textContent = faults.join("; ");
    at("beside-faults").hidden = !faults.length;
  };
  const add = async (chosen) => {
    const faults = [];
    for (const file of chosen) {
      try {
        await files.add(file);
      } catch (error) {
        if (!error.faults && !(error instanceof DOMException)) throw error;
        faults.push(...(error.faults ?? [`${file.name}: can't be read; add it again`]));
      }
    }
    tell(faults);
  };
  const remove = async (name, index) => {
    tell([]);
    await files.remove(name);
    (at("beside-list").querySelectorAll("button")[Math.min(index, files.list.length - 1)] ?? at("beside-add")).focus();
  };
  const show = () => {
    at("beside-list").replaceChildren(...files.list.map(({ name, bytes }, index) => {
      const button = made("button", { type: "button", textContent: "Remove" });
      button.setAttribute("aria-label", `Remove ${name}`);
      button.addEventListener("click", () => remove(name, index));
      return made("li", {}, made("code", { textContent: name }), made("small", { textContent: sizeText(bytes.length) }), button);
    }));
    tellWhere();
  };
  const tellWhere = () => (at("beside-told").textContent = toldOf(draft));
  at("beside-add").addEventListener("click", () => at("beside-files").click());
  at("beside-files").addEventListener("change", async ({ target }) => {
    const chosen = [...target.files];
    target.value = ""; // so that the same file can be chosen again
    await add(chosen);
  });
  onDrop(at("design"), draft, "beside", add);
  files.addEventListener("change", show);
  draft.addEventListener("change", tellWhere);
  show();
}

function toldOf({ files, name, texts }) {
  if (!files.list.length) return `Add the logo, goods.csv or fonts that the text names: at most ${sizeText(MOST_BYTES)} in all.`;
  const kept = files.isKept ? "" : " This browser keeps them only until you leave.";
  const named = files.namedIn(...texts);
  const where = named.length ? `The text names ${named.join(", ")}: save that beside ${name}.yaml, too. A link holds no files.` : "The text names none of them.";
  return where + kept;
}
