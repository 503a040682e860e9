// A slider for each number of what is in the editor, between the picture before any change and the one after.

import { at } from "../common.js";
import { DRAWN_ANEW, drawn } from "./drawing.js";
import { made } from "./elements.js";
import { numbersOf } from "./numbers.js";
import { whileShown } from "./shown.js";

const COMPOSED = new Set(["maybe", "one_of"]); // effects that are made of others, and are not told of themselves

export function begin({ draft, drawing, editor, schema }) {
  let rows = [];
  let isOwn = false; // whether the change comes from a slider

  const show = async () => {
    await schema.loaded;
    const numbers = numbersOf(draft.text, schema);
    if (shapeOf(numbers) !== shapeOf(rows.map(({ number }) => number))) build(numbers);
    for (const [index, row] of rows.entries()) {
      Object.assign(row, { number: numbers[index] });
      if (document.activeElement !== row.slider) row.slider.value = numbers[index].text;
      row.output.textContent = numbers[index].text;
    }
    at("no-sliders").hidden = rows.length > 0;
  };

  const build = (numbers) => {
    rows = numbers.map((number) => rowOf(number));
    const groups = Map.groupBy(rows, ({ number }) => `${number.group}, line ${number.line}`);
    at("sliders").replaceChildren(...[...groups].map(([legend, members]) => made(
      "fieldset", {}, legendOf(legend, members[0].number), ...members.map(({ element }) => element),
    )));
    filter();
    mark();
  };

  /** Tell which effects chance left out of the receipt that is shown. */
  const mark = () => {
    const files = drawing.answer?.files;
    if (!files || draft.kind !== "profile") return;
    const drawnHere = new Set(JSON.parse(files["truth.json"]).effects.map(({ effect }) => effect));
    for (const legend of at("sliders").querySelectorAll("legend")) {
      const { effect } = legend.dataset;
      const isAbsent = effect && !COMPOSED.has(effect) && !drawnHere.has(effect);
      legend.classList.toggle("absent", isAbsent);
      legend.textContent = `${legend.dataset.name}${isAbsent ? " (not on this receipt)" : ""}`;
    }
  };
  drawing.addEventListener("drawn", mark);

  const filter = () => {
    const wanted = at("sliders-wanted").value.trim().toLowerCase();
    for (const group of at("sliders").children) group.hidden = !group.textContent.toLowerCase().includes(wanted);
  };
  at("sliders-wanted").addEventListener("input", filter);
  at("sliders").addEventListener("submit", (event) => event.preventDefault());

  const rowOf = (number) => {
    const { low, high, step, name, about, text } = number;
    const slider = made("input", { type: "range", min: low, max: high, step, value: text, title: about });
    const output = made("output", { textContent: text });
    const row = { number, slider, output, element: made("label", { className: "slider" }, made("span", { textContent: name }), slider, output) };
    slider.addEventListener("input", () => {
      const { from, to, least, most } = row.number;
      slider.value = Math.min(most, Math.max(least, slider.value));
      isOwn = true;
      editor.put(from, to, slider.value);
      isOwn = false;
      show();
    });
    return row;
  };

  at("tab-sliders").addEventListener("shown", () => drawing.needFiles());
  const again = whileShown("tab-sliders", show);
  const before = whileShown("tab-sliders", async (signal) => {
    const { kind, opened } = draft;
    try {
      const { image } = await drawn(draft, kind === "profile" ? { profile_text: opened } : { template: opened }, { signal });
      if (!signal.aborted) at("before").src = image;
    } catch (error) {
      if (!error.faults) throw error;
      if (!signal.aborted) at("before").removeAttribute("src");
    }
  });
  draft.addEventListener("change", ({ detail }) => {
    if (!isOwn && (detail.has("text") || detail.has("kind"))) again();
    if (detail.has("opened") || DRAWN_ANEW.some((name) => name !== "text" && detail.has(name))) before();
  });
}

function legendOf(name, { effect }) {
  const legend = made("legend", { textContent: name });
  Object.assign(legend.dataset, { name, effect });
  return legend;
}

/** Tell what sliders there are, whatever they stand at. */
const shapeOf = (numbers) => numbers.map(({ group, name, line }) => `${group} ${name} ${line}`).join("\n");
