// The first tab: images in, their text out, to be corrected and taken away as labels.

import { ask, at } from "./common.js";
import { SessionImage, labelsOf, table } from "./session.js";
import { Words, rank } from "./words.js";

const images = []; // of this session, in the order in which they came
let current = null; // the image that is shown
let words = null; // its words, once it is read
let reading = Promise.resolve(); // ends with the last of the images
let unsaved = false; // whether something was confirmed since the labels were downloaded

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
    const body = new FormData();
    body.append("image", image.file, image.name);
    const said = await ask(`/api/read?images=${image.unshown}`, { method: "POST", body });
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
  words = image.page && new Words(image, confirm);
  if (!words) for (const id of ["text", "words", "boxes"]) at(id).replaceChildren();
  refresh();
}

function confirm(word, text) {
  current.confirm(word, text);
  unsaved = true;
  refresh();
}

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
    `${image.words.length} words in ${image.seconds.toFixed(1)} s`, doubtful && `${doubtful} doubtful`,
    image.confirmed && `${image.confirmed} confirmed`,
    image.unlabelled, image.fault,
  ].filter(Boolean).join(", ");
}

function save(content, kind, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

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
  save(table([["row", "confidence", "text"], ...rows], ",", "\r\n"), "text/csv", nameWith(".csv"));
});
at("labels").addEventListener("click", () => {
  save(labelsOf(images), "text/tab-separated-values", "labels.tsv");
  unsaved = false;
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, input") && event.target.value !== event.target.defaultValue;
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || typing || at("read").hidden) return;
  event.preventDefault();
  undo();
});
window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take([...event.dataTransfer.files]);
  });
}
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => /^image\/|^application\/pdf$/.test(file.type));
  if (!at("read").hidden) take(files);
});
