// What a file is that is dropped on the tab: a text for the editor, a receipt to read, or a file to lie beside the text.

const BESIDE = /\.(csv|tsv|svg|tt[fc]|ot[fc]|woff2?|(bdf|pcf)(\.gz)?|eot|pfb)$/i;
const PHOTO = /\.(hei[cf]|pdf|jpe?g|png|webp|tiff?)$/i;

/** Tell whether a file is one that receipts are read from, rather than YAML. */
const isPhoto = (file) => /^image\/|^application\/pdf$/.test(file.type) || PHOTO.test(file.name);

/** Say what a file is, dropped on an element while a text is in the editor: "beside", "photo" or "text". */
export function kindOf(file, target, text) {
  if (target.closest("#beside") || BESIDE.test(file.name) || text.includes(file.name)) return "beside";
  return isPhoto(file) ? "photo" : "text";
}

/** Have files of a kind taken that are dropped on the tab: `take(files)`. */
export function onDrop(element, draft, kind, take) {
  element.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files].filter((file) => kindOf(file, event.target, draft.text) === kind);
    if (files.length) take(files);
  });
}
