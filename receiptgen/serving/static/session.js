// The images that this page has read, with what was corrected of them. It is kept in the page alone.

import { table } from "./common.js";
import { Fields } from "./fields.js";

// What browsers don't show: the server sends a picture of it.
const UNSHOWN = /\.(heic|heif|pdf|tiff?)$|^(image\/(heic|heif|tiff)|application\/pdf)$/i;
const PDF = /\.pdf$|^application\/pdf$/i;
const UNSURE = "(N/A)";
const HEADS = ["file", "row", "cell", "left", "top", "right", "bottom", "quad", "confidence", "text"];

const has = (file, kind) => kind.test(file.name) || kind.test(file.type);

/** An image of the session, or a page of a file; it has a page once it is read. */
export class SessionImage {
  page = null;
  fields = null; // what its receipt says, where the server can tell
  fault = ""; // why it can't be read
  seconds = 0;
  changes = []; // words as they were before each change, the last change at the end

  /** `twin` tells whether another image of the session has its name, so that labels could not tell them apart. */
  constructor(file, twin, name = file.name || "receipt") {
    Object.assign(this, { file, twin, name });
    this.unshown = has(file, UNSHOWN);
    this.url = this.unshown ? "" : URL.createObjectURL(file);
  }

  /** Why labels leave it out, if they do: training takes files of images, each with a name of its own. */
  get unlabelled() {
    if (has(this.file, PDF) || this.name !== (this.file.name || "receipt")) return "not in the labels, since it is a page of a file";
    return this.twin ? "not in the labels, since another image has its name" : "";
  }

  get words() {
    return this.page?.lines.flatMap((line) => line.words) ?? [];
  }

  get confirmed() {
    return this.words.filter((word) => word.confirmed).length;
  }

  get corrected() {
    return this.words.filter((word) => word.text !== word.read).length;
  }

  is(file) {
    return ["name", "size", "lastModified"].every((key) => this.file[key] === file[key]);
  }

  /** Take what was read; each word keeps what was `read` of it, and whether somebody has `confirmed` its text. */
  fill({ image, fields, ...page }, seconds) {
    this.url = image ?? this.url;
    this.fields = fields ? new Fields(fields) : null;
    for (const line of page.lines) {
      for (const word of line.words) Object.assign(word, { read: word.text, confirmed: false });
    }
    Object.assign(this, { page, seconds });
  }

  /** Say what a word really is: as it was read, something else, or nothing where there is no text. */
  confirm(word, text) {
    this.changes.push({ word, text: word.text, confirmed: word.confirmed });
    Object.assign(word, { text: text.trim().replace(/\s+/g, " "), confirmed: true });
  }

  /** Take the last change back, and give its word; nothing where there is none. */
  undo() {
    const { word, ...before } = this.changes.pop() ?? {};
    return word && Object.assign(word, before);
  }

  /** Give the words of the page as they were read, and where: what corrected fields are learned from. */
  get asRead() {
    const { width, height, photos } = this.page;
    const lines = this.page.lines.map(({ row, column, photo, confidence, quad, words }) => ({
      row, column, photo, confidence, quad,
      words: words.map((word) => ({ text: word.read, confidence: word.confidence, quad: word.quad })),
    }));
    return { width, height, photos, lines };
  }

  /** Give the page as JSON has it, with what was corrected, and `UNSURE` for words that are less certain. */
  shown(least) {
    const lines = this.page.lines.map((line) => {
      const words = line.words.map(({ read, confirmed, ...word }) => ({ ...word, text: textOf({ ...word, confirmed }, least) }));
      return { ...line, text: joined(words.map((word) => word.text)), words };
    });
    const text = rowsOf(lines).map((row) => row.map(({ gap, line }) => " ".repeat(gap) + line.text).join("")).join("\n");
    return { ...this.page, text, lines };
  }
}

export const textOf = (word, least) => (word.confirmed || word.confidence >= least ? word.text : UNSURE);

/** Give a word's texts of a line as one; those that are no text are left out. */
export const joined = (texts) => texts.filter(Boolean).join(" ");

/** Give the rows of lines that have their `text`, each a list of lines with the spaces before them. */
export function rowsOf(lines) {
  const rows = [];
  let end = 0;
  for (const [index, line] of lines.entries()) {
    if (line.row !== lines[index - 1]?.row) {
      rows.push([]);
      end = 0;
    }
    const gap = Math.max(line.column - end, end ? 2 : 0);
    end += gap + line.text.length;
    rows.at(-1).push({ gap, line });
  }
  return rows;
}

/** Give the lines of images as the table that `receiptgen read --format tsv` writes and `train` takes. */
export function labelsOf(images) {
  const rows = images.filter((image) => image.page && !image.unlabelled).flatMap((image) => {
    let [row, cell] = [-1, 0];
    return image.page.lines.map((line) => {
      [row, cell] = line.row === row ? [row, cell + 1] : [line.row, 0];
      const [xs, ys] = [0, 1].map((axis) => line.quad.map((corner) => corner[axis]));
      const box = [Math.min(...xs), Math.min(...ys)].map(Math.floor).concat([Math.max(...xs), Math.max(...ys)].map(Math.ceil));
      const confidence = line.words.every((word) => word.confirmed) ? 1 : line.confidence;
      const text = joined(line.words.map((word) => word.text));
      return text && [image.name, row, cell, ...box, line.quad.flat().join(" "), confidence.toFixed(4), text];
    });
  });
  return table([HEADS, ...rows.filter(Boolean)], "\t", "\n");
}
