// Where words stand on the drawn receipt, and what they are: quads over the picture, told under pointer and keys.

import { at, isMoved } from "../common.js";
import { shape } from "./elements.js";

const CLASSES = [[/\.label$|^heading$/, "label"], [/^item\./, "goods"], [/^(total|payable|subtotal|tax|net|gross)/, "sum"]];
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Give the words of a receipt's truth, each `{ text, role, value, quad }`, and its marks. */
export function shownOf(truth) {
  const words = truth.lines.flatMap((line, index) => line.words.map((word) => {
    const field = truth.fields.find((one) => one.line === index && one.role === word.role && one.item === word.item && one.text.includes(word.text));
    return { ...word, value: field?.text ?? "", paths: field?.values ?? [] };
  }));
  const marks = truth.marks.map(({ kind, text, quad }) => ({ text: text ?? kind, role: `mark: ${kind}`, value: "", paths: [], quad, isMark: true }));
  return [...marks, ...words]; // words lie above what surrounds them
}

/** Say what is at a quad. */
export function told({ text, role, value, paths, quad }) {
  const parts = [text, role, value && value !== text && `value ${value}`, paths.length && paths.join(", ")];
  const corners = [0, 2, 4, 6].map((index) => `${Math.round(quad[index])},${Math.round(quad[index + 1])}`).join(" ");
  return [...parts.filter(Boolean), `quad ${corners}`].join(" · ");
}

export function begin({ drawing }) {
  const svg = at("quads");
  let lit = null;

  const light = (polygon) => {
    lit?.classList.remove("lit");
    lit?.removeAttribute("aria-selected");
    lit = polygon;
    polygon?.classList.add("lit");
    polygon?.setAttribute("aria-selected", "true");
    if (polygon) svg.setAttribute("aria-activedescendant", polygon.id);
    else svg.removeAttribute("aria-activedescendant");
    at("quad-said").textContent = polygon ? polygon.getAttribute("aria-label") : "Point to a word, or go from word to word with the arrow keys.";
  };
  const show = ({ files, width, height }) => {
    if (!files || svg.hasAttribute("hidden")) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(...shownOf(JSON.parse(files["truth.json"])).map(polygonOf));
    light(null);
  };
  at("show-quads").addEventListener("change", ({ target }) => {
    svg.toggleAttribute("hidden", !target.checked);
    at("quad-said").hidden = !target.checked;
    if (drawing.answer) show(drawing.answer);
    if (target.checked) drawing.needFiles();
  });
  drawing.addEventListener("drawn", ({ detail }) => show(detail));
  svg.addEventListener("pointerover", (event) => event.target !== svg && isMoved(event) && light(event.target));
  svg.addEventListener("focus", () => lit ?? light(svg.querySelector(".word-quad")));
  svg.addEventListener("keydown", (event) => {
    const all = [...svg.children];
    const index = { Home: 0, End: all.length - 1 }[event.key] ?? (event.key in STEPS ? all.indexOf(lit) + STEPS[event.key] : null);
    if (index === null) return;
    event.preventDefault();
    if (!all[index]) return;
    light(all[index]);
    all[index].scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

function polygonOf(one, index) {
  const points = [0, 2, 4, 6].map((corner) => `${one.quad[corner]},${one.quad[corner + 1]}`).join(" ");
  const kind = CLASSES.find(([role]) => role.test(one.role))?.[1] ?? "plain";
  const classes = one.isMark ? "mark-quad" : `word-quad ${kind}`;
  return shape("polygon", { points, id: `quad-${index}`, role: "option", "aria-label": told(one), class: classes });
}
