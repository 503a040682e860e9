// The first tab: images in, what they say out, to be corrected and taken away as labels.

import { ask, at, inert, save, table } from "./common.js";
import { FieldForm } from "./field_form.js";
import { itemTable, receiptTable } from "./fields.js";
import { SessionImage, labelsOf } from "./session.js";
import { Words, rank } from "./words.js";

const images = []; // of this session, in the order in which they came
let current = null; // the image that is shown
let words = null; // its words, once it is read
let form = null; // the form of its fields, once they are told
let untold = ""; // why the server tells no fields, if it doesn't
let reading = Promise.resolve(); // ends with the last of the images
let unsaved = false; // whether something was confirmed since the labels were downloaded
let unsavedFields = false; // whether a field was corrected since corrected fields were saved

const least = () => at("least").valueAsNumber / 100;

/** Read files, each once, and show the first. */
function take(files) {
  const taken = files.map((file) => images.find((image) => image.is(file)) ?? enter(file));
  if (taken.length) show(taken[0]);
}

function enter(file) {
  const image = new SessionImage(file, images.some((other) => other.name === file.name));
  images.push(image);
  reading = reading.finally(() => read(image));
  return image;
}

async function read(image) {
  const start = performance.now();
  try {
    const said = await told(image);
    fill(image, said.pages ?? [said], (performance.now() - start) / 1000);
    image.fault = (said.faults ?? []).join("; ");
  } catch (error) {
    if (!error.faults) throw error;
    image.fault = error.faults.join("; ");
    images.splice(images.indexOf(image), 1); // so that it can be tried again
  }
  if (image === current) show(image);
  else tell();
}

/** Ask what an image says: its fields too, unless the server lacks the weights for them. */
async function told(image) {
  const body = new FormData();
  body.append("image", image.file, image.name);
  const asked = (path) => ask(`/api/${path}?images=${image.unshown}`, { method: "POST", body });
  if (untold) return asked("read");
  try {
    return await asked("fields");
  } catch (error) {
    if (error.status !== 501) throw error;
    untold = error.faults.join("; ");
    at("tab-words").click();
    return asked("read");
  }
}

/** Give an image what was read of its file, and each further page a place after it. */
function fill(image, [first, ...others], seconds) {
  image.fill(first, seconds);
  const more = others.map((page) => {
    const other = new SessionImage(image.file, image.twin, page.file);
    other.fill(page, seconds);
    return other;
  });
  images.splice(images.indexOf(image) + 1, 0, ...more);
}

function show(image) {
  current = image;
  at("drop").hidden = true;
  at("stage").hidden = at("again").hidden = at("photo").hidden = false;
  at("picture").hidden = !image.url;
  if (image.url) at("picture").src = image.url;
  const on = { confirm, light: (word) => form?.light(indexOf(word)), pick: (word) => form?.edit(indexOf(word)) };
  words = image.page && new Words(image, on);
  form = image.fields && new FieldForm(image.fields, { edit, light: frame });
  if (!words) for (const id of ["text", "words", "boxes"]) at(id).replaceChildren();
  if (!form) for (const id of ["form", "sum", "notes"]) at(id).replaceChildren();
  refresh();
}

function confirm(word, text) {
  current.confirm(word, text);
  unsaved = true;
  refresh();
}

function edit() {
  unsavedFields = true;
  tell();
}

/** Frame the words of a field, by their indices. */
function frame(indices) {
  words.frame(indices.map((index) => current.words[index]));
}

const indexOf = (word) => (word ? current.words.indexOf(word) : null);

function undo() {
  const word = current?.undo();
  refresh();
  if (word) words.edit(word);
}

/** Show the words of the current image as they are now. */
function refresh() {
  words?.show(least());
  tell();
}

/** Say how far reading and correcting are, and offer what can be done. */
function tell() {
  at("least-shown").textContent = `${at("least").value} %`;
  at("session").replaceChildren(...images.map((image) => new Option(titleOf(image), "", false, image === current)));
  at("session").hidden = images.length < 2;
  at("status").textContent = current ? statusOf(current) : "No receipt yet.";
  for (const id of ["copy", "json", "csv"]) at(id).disabled = !current?.words.length;
  at("undo").disabled = !current?.changes.length;
  at("untold").textContent = untold || (current?.fields?.empty ? "No receipt: the text says nothing that a receipt does." : "");
  at("untold").hidden = !at("untold").textContent;
  at("fields-json").disabled = !current?.fields;
  for (const id of ["receipts-csv", "items-csv", "fields-labels"]) at(id).disabled = !receipts().length;
  at("labels").disabled = !images.some((image) => image.words.length && !image.unlabelled);
}

function titleOf(image) {
  const note = !image.page ? ", being read" : image.corrected ? `, ${image.corrected} corrected` : "";
  return image.name + note;
}

function statusOf(image) {
  if (!image.page) return image.fault || "Reading …";
  if (!image.words.length) return "No text was found.";
  const doubtful = image.words.filter((word) => rank(word.confidence) === "poor" && !word.confirmed).length;
  return [
    `${image.words.length} ${image.words.length === 1 ? "word" : "words"} in ${image.seconds.toFixed(1)} s`, doubtful && `${doubtful} doubtful`,
    image.confirmed && `${image.confirmed} confirmed`,
    image.unlabelled, image.fault,
  ].filter(Boolean).join(", ");
}

/** Give the names of all receipts of the session with their fields. */
const receipts = () => images.filter((image) => image.fields).map((image) => [image.name, image.fields]);

const nameWith = (end) => current.name.replace(/\.[^.]*$/, "") + end;

for (const id of ["file", "camera"]) {
  at(id).addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = ""; // so that the same file can be chosen again
  });
  at(id).closest("label").addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && at(id).click());
}
at("again").addEventListener("click", () => at("file").click());
at("photo").addEventListener("click", () => at("camera").click());
at("session").addEventListener("change", (event) => show(images[event.target.selectedIndex]));
at("least").addEventListener("input", refresh);
at("undo").addEventListener("click", undo);
at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(current.shown(least()).text);
  at("status").textContent = "Copied.";
});
at("json").addEventListener("click", () => (
  save(JSON.stringify(current.shown(least()), null, 1), "application/json", nameWith(".json"))
));
at("csv").addEventListener("click", () => {
  const rows = current.shown(least()).lines.map((line) => [line.row, line.confidence.toFixed(4), line.text]);
  save(table([["row", "confidence", "text"], ...inert(rows)], ",", "\r\n"), "text/csv", nameWith(".csv"));
});
at("labels").addEventListener("click", () => {
  save(labelsOf(images), "text/tab-separated-values", "labels.tsv");
  unsaved = false;
});
at("fields-json").addEventListener("click", () => (
  save(JSON.stringify([current.fields.entry(current.name)], null, 1), "application/json", nameWith(".fields.json"))
));
at("receipts-csv").addEventListener("click", () => save(receiptTable(receipts()), "text/csv", "receipts.csv"));
at("items-csv").addEventListener("click", () => save(itemTable(receipts()), "text/csv", "receipts.items.csv"));
at("fields-labels").addEventListener("click", () => {
  const labels = images.filter((image) => image.fields).map((image) => ({ ...image.fields.entry(image.name), page: image.asRead }));
  save(JSON.stringify(labels, null, 1), "application/json", "fields.json");
  unsavedFields = false;
});
at("form").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, input") && event.target.value !== event.target.defaultValue;
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || typing || at("read").hidden || at("by-word").hidden) return;
  event.preventDefault();
  undo();
});
window.addEventListener("beforeunload", (event) => (unsaved || unsavedFields) && event.preventDefault());
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop" && !at("read").hidden) take([...event.dataTransfer.files]);
  });
}
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => /^image\/|^application\/pdf$/.test(file.type));
  if (!at("read").hidden) take(files);
});
