// The first tab: an image in, its text out, each word tied to its box.

import { ask, at } from "./common.js";

const STEPS = [[0.9, "sure"], [0.6, "fair"], [0, "poor"]];
const SVG = "http://www.w3.org/2000/svg";
let page = null;
let name = "receipt";
let running = null;

const rank = (confidence) => STEPS.find(([least]) => confidence >= least)[1];

function show(file) {
  running?.abort();
  running = new AbortController();
  page = null;
  name = (file.name || "receipt").replace(/\.[^.]*$/, "");
  at("text").replaceChildren();
  at("boxes").replaceChildren();
  for (const id of ["copy", "json", "csv"]) at(id).disabled = true;
  URL.revokeObjectURL(at("picture").src);
  at("picture").src = URL.createObjectURL(file);
  at("drop").hidden = true;
  at("stage").hidden = at("again").hidden = false;
  at("status").textContent = "Reading …";
  read(file, running.signal);
}

async function read(file, signal) {
  const start = performance.now();
  try {
    page = await ask("/api/read", { method: "POST", body: file, headers: { "Content-Type": file.type || "image/*" }, signal });
  } catch (error) {
    if (error.name !== "AbortError") at("status").textContent = error.faults.join("; ");
    return;
  }
  const words = page.lines.reduce((sum, line) => sum + line.words.length, 0);
  const doubtful = page.lines.flatMap((line) => line.words).filter((word) => rank(word.confidence) === "poor").length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  at("status").textContent = words
    ? `${words} words in ${seconds} s${doubtful ? `, ${doubtful} doubtful` : ""}` : "No text was found.";
  for (const id of ["copy", "json", "csv"]) at(id).disabled = !words;
  draw();
}

function draw() {
  const svg = at("boxes");
  svg.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
  const rows = [];
  for (const line of page.lines) {
    if (rows.length <= line.row) rows.push([]);
    rows.at(-1).push(line);
  }
  for (const row of rows) {
    let said = 0;
    const held = [];
    for (const line of row) {
      const gap = Math.max(line.column - said, said ? 2 : 0);
      held.push(" ".repeat(gap));
      said += gap + line.text.length;
      line.words.forEach((word, place) => held.push(place ? " " : "", tied(word, svg)));
    }
    at("text").append(...held, "\n");
  }
}

/** Give the element of a word's text, tied to its box in the picture. */
function tied(word, svg) {
  const text = document.createElement("span");
  const box = document.createElementNS(SVG, "polygon");
  text.textContent = word.text;
  text.title = `${(100 * word.confidence).toFixed(0)} % sure`;
  box.setAttribute("points", word.quad.map((corner) => corner.join(",")).join(" "));
  text.className = `word ${rank(word.confidence)}`;
  box.setAttribute("class", rank(word.confidence));
  for (const [one, other] of [[text, box], [box, text]]) {
    one.addEventListener("pointerenter", () => {
      [text, box].forEach((part) => part.classList.add("lit"));
      other.scrollIntoView({ block: "nearest" });
    });
    one.addEventListener("pointerleave", () => [text, box].forEach((part) => part.classList.remove("lit")));
  }
  svg.append(box);
  return text;
}

function save(content, kind, end) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name + end;
  link.click();
  URL.revokeObjectURL(link.href);
}

const cell = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

at("file").addEventListener("change", (event) => event.target.files[0] && show(event.target.files[0]));
at("again").addEventListener("click", () => {
  running?.abort();
  at("file").value = "";
  at("drop").hidden = false;
  at("stage").hidden = at("again").hidden = true;
  at("text").replaceChildren();
  at("status").textContent = "No receipt yet.";
  for (const id of ["copy", "json", "csv"]) at(id).disabled = true;
});
at("drop").addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && at("file").click());
at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(page.text);
  at("status").textContent = "Copied.";
});
at("json").addEventListener("click", () => save(JSON.stringify(page, null, 1), "application/json", ".json"));
at("csv").addEventListener("click", () => {
  const rows = page.lines.map((line) => [String(line.row), line.confidence.toFixed(4), line.text]);
  save([["row", "confidence", "text"], ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n", "text/csv", ".csv");
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) show(event.dataTransfer.files[0]);
  });
}
document.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  if (file && !at("read").hidden) show(file);
});
