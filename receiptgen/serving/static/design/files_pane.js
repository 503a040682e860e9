// Files: a template of one's own, opened by hand or by dropping it, and what can be saved.

import { at, save } from "../common.js";
import { drawn } from "./drawing.js";
import { onDrop } from "./drops.js";
import { tell } from "./notice.js";
import { opening, replace } from "./templates_pane.js";

/** Bytes of the largest template that the server draws. */
export const LARGEST = 190_000;
const LONGEST_NAME = 100;
// First bytes of what is often opened by mistake.
const SIGNATURES = [
  [/^\x89PNG|^\xff\xd8\xff|^GIF8[79]a|^RIFF....WEBP|^II\*\0|^MM\0\*|^....ftyp/s, "an image, not YAML; the tab Read reads images"],
  [/^%PDF/, "a PDF, not YAML; the tab Read reads those"],
  [/^PK\x03\x04/, "an archive or a workbook, not YAML"],
];

/** Give the text of the first bytes of what is a template, `size` bytes in all; throws an Error with `faults`. */
export function checked(bytes, name, size = bytes.length) {
  const refuse = (reason) => { throw Object.assign(new Error(), { faults: [`${name}: ${reason}`] }); };
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const [, kind] = SIGNATURES.find(([signature]) => signature.test(start)) ?? [];
  if (kind) refuse(kind);
  if (size > LARGEST) refuse(`${megabytes(size)} MB, and a template has ${megabytes(LARGEST)} MB at most`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    refuse("not a text in UTF-8");
  }
  if (/[\0-\x08\x0e-\x1f]/.test(text)) refuse("not a text, it has control characters");
  if (!text.trim()) refuse("empty");
  return text.replace(/\r\n?/g, "\n");
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** Give the name of a file as templates are called: without its end, and on one line. */
const nameOf = (file) => file.name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").slice(0, LONGEST_NAME) || "template";

async function open(draft, file) {
  const isLast = opening();
  try {
    const bytes = new Uint8Array(await file.slice(0, LARGEST + 1).arrayBuffer());
    const text = checked(bytes, file.name, file.size);
    if (isLast()) await replace(draft, { name: nameOf(file), packaged: "", text, opened: text });
  } catch (error) {
    if (!error.faults && !(error instanceof DOMException)) throw error;
    tell(error.faults ? `${error.faults.join("; ")}. Your template is as it was.` : `${file.name}: can't be read`);
  }
}

/** Save one of the files that the command writes beside the image. */
async function saveTruth(draft, file) {
  const { name } = draft;
  try {
    const { files } = await drawn(draft, { files: true }, { isUrgent: true });
    save(files[file], "application/json", `${name}.${file}`);
    tell("");
  } catch (error) {
    if (!error.faults) throw error;
    tell("mend the faults first: such a template draws nothing that could be saved");
  }
}

export function begin({ draft, drawing }) {
  at("open").addEventListener("click", () => at("opened").click());
  at("opened").addEventListener("change", (event) => {
    if (event.target.files.length) open(draft, event.target.files[0]);
    event.target.value = ""; // so that the same file can be chosen again
  });
  at("save").addEventListener("click", () => {
    save(draft.text, "application/yaml", `${draft.name}.yaml`);
    draft.change({ opened: draft.text, packaged: draft.isEdited ? "" : draft.packaged }); // it is a file now
  });
  for (const file of ["items.json", "truth.json"]) at(`save-${file}`).addEventListener("click", () => saveTruth(draft, file));
  drawing.addEventListener("drawn", ({ detail }) => {
    at("save-png").href = detail.image;
    at("save-png").download = `${draft.name}.png`;
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    at("design").addEventListener(kind, (event) => {
      event.preventDefault();
      at("design").classList.toggle("over", kind === "dragover");
    });
  }
  onDrop(at("design"), draft, "text", ([file]) => open(draft, file));
}
