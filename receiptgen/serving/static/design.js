// The second tab: a template in YAML, and the receipt that it draws, as it is typed.

import { ask, at } from "./common.js";

const PAUSE = 300; // milliseconds after the last key
let timer = 0;
let running = null;

async function begin() {
  if (at("template").options.length) return;
  const names = await ask("/api/templates");
  at("template").append(...names.templates.map((name) => new Option(name)));
  at("profile").append(...names.profiles.map((name) => new Option(name)));
  await open();
}

async function open() {
  const answer = await fetch(`/api/templates/${encodeURIComponent(at("template").value)}`);
  at("yaml").value = await answer.text();
  await draw();
}

async function draw() {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const seed = Math.max(0, Math.trunc(Number(at("seed").value)) || 0);
  at("receipt").classList.add("stale");
  try {
    const drawn = await ask("/api/draw", {
      method: "POST", signal, headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        template: at("yaml").value, profile: at("profile").value, seed, color: at("color").checked,
      }),
    });
    at("receipt").src = drawn.image;
    at("receipt").classList.remove("stale");
    at("drawn").textContent = `${drawn.locale}, ${drawn.width} x ${drawn.height} pixels`;
    at("faults").replaceChildren();
  } catch (error) {
    if (error.name === "AbortError") return;
    at("drawn").textContent = "as it was before the fault";
    at("faults").replaceChildren(...error.faults.map(faulty));
  }
}

/** Give the entry of a fault; a click goes to its line and column. */
function faulty(fault) {
  const entry = document.createElement("li");
  entry.textContent = fault;
  const place = /^template\.yaml:(\d+):(\d+)/.exec(fault);
  if (place) {
    entry.addEventListener("click", () => {
      const lines = at("yaml").value.split("\n");
      const start = lines.slice(0, place[1] - 1).join("\n").length + (place[1] > 1) + Number(place[2]) - 1;
      at("yaml").focus();
      at("yaml").setSelectionRange(start, start + 1);
    });
  }
  return entry;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE);
}

at("tab-design").addEventListener("shown", begin);
at("template").addEventListener("change", open);
for (const id of ["yaml", "seed"]) at(id).addEventListener("input", soon);
for (const id of ["profile", "color"]) at(id).addEventListener("change", draw);
at("next").addEventListener("click", () => {
  at("seed").value = Number(at("seed").value) + 1;
  draw();
});
at("yaml").addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey) return;
  event.preventDefault();
  document.execCommand("insertText", false, "  ");
});
