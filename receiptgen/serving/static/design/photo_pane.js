// A first template from a receipt of one's own: the photo is read, and stands beside what the template draws.

import { ask, at } from "../common.js";
import { onDrop } from "./drops.js";
import { made } from "./elements.js";
import { tell } from "./notice.js";
import { replace } from "./templates_pane.js";
import { turns } from "./turns.js";

const LONGEST_NAME = 60;

/** Give the page of an answer to draft from, and what else is to be said of it; throws an Error with `faults`. */
export function chosen(answer) {
  const pages = answer.pages ?? [answer];
  const page = pages.find(({ template }) => template.text);
  if (!page) throw Object.assign(new Error(), { faults: pages[0].template.notes });
  const others = pages.length > 1 ? [`It has ${pages.length} receipts or pages; this one was taken: ${page.file}.`] : [];
  return { page, notes: [...others, ...page.warnings, ...page.template.notes] };
}

/** Give the name that a template of a photo is given: that of its file, of plain characters. */
const nameOf = (file) => file.name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, LONGEST_NAME) || "mine";

export function begin({ draft }) {
  const status = at("photo-status");
  const begun = turns();

  const take = async (file) => {
    at("tab-photo").click();
    const isLast = begun();
    const since = performance.now();
    status.textContent = `Reading ${file.name} …`;
    at("photo-view").setAttribute("aria-busy", "true");
    const form = new FormData();
    form.append("image", file);
    try {
      const { page, notes } = chosen(await ask("/api/templates/from-image?images=true", { method: "POST", body: form }));
      const { text } = page.template;
      if (!isLast()) return;
      if (!await replace(draft, { name: nameOf(file), packaged: "", text, opened: text, kind: "template", values: null, locale: "", profile: "" })) {
        status.textContent = "Your template is as it was.";
        return;
      }
      at("photo-taken").src = page.image;
      at("photo-notes").replaceChildren(...notes.map((note) => made("li", { textContent: sentence(note) })));
      for (const id of ["photo-pair", "photo-next"]) at(id).hidden = false;
      at("photo-first").hidden = true;
      await at("photo-taken").decode().catch(() => {}); // before, the page is too short to bring it into view
      status.textContent = `Read in ${((performance.now() - since) / 1000).toFixed(1)} s; the template is in the editor.`;
    } catch (error) {
      if (!error.faults) throw error;
      if (isLast()) status.textContent = `${file.name}: ${error.faults.join("; ")}`;
    } finally {
      if (isLast()) {
        at("photo-view").removeAttribute("aria-busy");
        at("photo-view").scrollIntoView(); // on a phone it stands below the whole editor
      }
    }
  };

  for (const id of ["photo-file", "photo-camera"]) {
    at(id).addEventListener("change", ({ target }) => {
      if (target.files.length) take(target.files[0]);
      target.value = ""; // so that the same file can be chosen again
    });
  }
  at("from-photo").addEventListener("click", () => {
    at("tab-photo").click();
    at("photo-file").click();
  });
  at("photo-words").addEventListener("click", () => {
    at("tab-picture").click();
    if (!at("show-quads").checked) at("show-quads").click();
  });
  onDrop(at("design"), draft, "photo", ([file]) => {
    tell("");
    take(file);
  });
}

/** Give a note as a sentence. */
const sentence = (note) => `${note[0].toUpperCase()}${note.slice(1)}.`.replace(/\.\.$/, ".");
