// Words of an image, each tied together wherever it stands: in the text, in the picture, and in a list to correct it.

import { at, isMoved } from "./common.js";
import { joined, rowsOf, textOf } from "./session.js";

const STEPS = [[0.9, "sure"], [0.6, "fair"], [0, "poor"]];
const SVG = "http://www.w3.org/2000/svg";

export const rank = (confidence) => STEPS.find(([least]) => confidence >= least)[1];

/** The words of one image on the page. */
export class Words {
  #parts = new Map(); // of each word its places by name: text, box, row, and what is in them
  #gaps; // text nodes before the lines
  #image;
  #on;

  /**
   * `on.confirm(word, text)` is called with what somebody says that a word is, `on.light(word)` with the word under
   * the pointer, null for none, and `on.pick(word)` with one that is clicked.
   */
  constructor(image, on) {
    this.#image = image;
    this.#on = on;
    for (const word of image.words) {
      this.#parts.set(word, { ...this.#span(word), box: this.#box(word), ...this.#row(word, on.confirm) });
    }
    const { lines, width, height } = image.page;
    const parts = [...this.#parts.values()];
    this.#gaps = lines.map(() => document.createTextNode(""));
    at("text").replaceChildren(...lines.flatMap((line, index) => [
      ...(index && line.row !== lines[index - 1].row ? ["\n"] : []), this.#gaps[index],
      ...line.words.flatMap((word) => [this.#parts.get(word).space, this.#parts.get(word).text]),
    ]));
    at("boxes").setAttribute("viewBox", `0 0 ${width} ${height}`);
    at("boxes").replaceChildren(...parts.map(({ box }) => box));
    at("words").replaceChildren(...parts.map(({ row }) => row));
  }

  /** Show all words as they are now, with (N/A) for those that are less certain. */
  show(least) {
    const lines = this.#image.page.lines.map((line) => {
      let said = "";
      for (const word of line.words) {
        const shown = textOf(word, least);
        this.#parts.get(word).space.data = said && shown ? " " : "";
        said = joined([said, shown]);
        this.#showWord(word, shown);
      }
      return { ...line, text: said };
    });
    for (const [index, { gap }] of rowsOf(lines).flat().entries()) this.#gaps[index].data = " ".repeat(gap);
  }

  #showWord(word, shown) {
    const { text, row, input, mark } = this.#parts.get(word);
    const state = word.text !== word.read ? "changed" : rank(word.confidence);
    for (const part of [text, row]) {
      part.classList.remove("changed", ...STEPS.map(([, name]) => name));
      part.classList.add(state);
    }
    text.textContent = shown;
    text.title = state === "changed" ? `read as ${word.read}` : percent(word.confidence);
    row.classList.toggle("unsure", shown !== word.text);
    input.value = input.defaultValue = word.text;
    mark.textContent = shown !== word.text ? shown : word.confirmed ? "✓" : "";
  }

  /** Frame words in the picture, as those of a field. */
  frame(words) {
    for (const [word, { box }] of this.#parts) box.classList.toggle("framed", words.includes(word));
    this.#parts.get(words[0])?.box.scrollIntoView({ block: "nearest" });
  }

  /** Go to a word, to correct it. */
  edit(word) {
    const input = this.#parts.get(word)?.input;
    input?.focus();
    input?.select();
  }

  #span(word) {
    const text = this.#tied(document.createElement("span"), word);
    text.className = "word";
    return { text, space: document.createTextNode("") };
  }

  #box(word) {
    const box = this.#tied(document.createElementNS(SVG, "polygon"), word);
    box.setAttribute("points", word.quad.map((corner) => corner.join(",")).join(" "));
    box.setAttribute("class", rank(word.confidence));
    return box;
  }

  /** Give the row of a word in the list, with the input that corrects it. */
  #row(word, onConfirm) {
    const row = this.#tied(document.createElement("tr"), word);
    const [input, mark] = [document.createElement("input"), document.createElement("td")];
    input.setAttribute("aria-label", `Word read as ${word.read}`);
    row.append(document.createElement("td"), document.createElement("td"), mark);
    row.firstChild.append(input);
    row.children[1].textContent = percent(word.confidence);
    input.addEventListener("focus", () => this.#light(word, row));
    input.addEventListener("change", () => input.value !== word.text && onConfirm(word, input.value));
    input.addEventListener("keydown", (event) => {
      const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") input.value = word.text;
      if (event.key === "Enter") onConfirm(word, input.value);
      if (!step) return;
      event.preventDefault();
      const words = [...this.#parts.keys()];
      this.edit(words[words.indexOf(word) + step]);
    });
    return { row, input, mark };
  }

  /** Tie an element to a word: the pointer lights all places of the word, a click corrects it. */
  #tied(element, word) {
    element.addEventListener("pointerenter", (event) => isMoved(event) && this.#light(word, element));
    element.addEventListener("pointerleave", (event) => isMoved(event) && this.#light(null));
    if (element.tagName !== "TR") element.addEventListener("click", () => (this.edit(word), this.#on.pick(word)));
    return element;
  }

  #light(word, from) {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    const { text, box, row } = this.#parts.get(word) ?? {};
    for (const part of [text, box, row]) {
      part?.classList.add("lit");
      if (part !== from) part?.scrollIntoView({ block: "nearest" });
    }
    this.#on.light(word);
  }
}

const percent = (confidence) => `${(100 * confidence).toFixed(0)} %`;
