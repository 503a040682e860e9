// Where in a YAML text a place is, told from the text before it alone, which need not be whole.

const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s#[\]{},&*!|>'"%@`-][^#]*?|-[^\s#][^#]*?))\s*:(?=\s|$)/;

/**
 * What is open at a place.
 *
 * A frame is a mapping or a list: `key` is the key of a mapping whose value comes, `seen` its keys so far, and `values`
 * those of them that are plain; `indent` is its column, -1 within brackets.
 */
class Reader {
  frames = [];
  token = ""; // what stands since the last mark
  #isFlow = false;
  #blockScalar = -1; // column of the key whose text of several lines goes on, -1 for none

  get top() { return this.frames.at(-1); }

  /** Read a line, up to the place if it is the last. */
  line(line) {
    if (this.#isFlow) return this.#flow(line);
    const indent = line.search(/\S/);
    if (indent < 0 || line[indent] === "#") return this.#rest("");
    if (this.#blockScalar >= 0 && indent > this.#blockScalar) return this.#rest("");
    this.#blockScalar = -1;
    this.#block(line.slice(indent), indent);
  }

  #block(text, column) {
    const dash = /^-(\s+|$)/.exec(text);
    if (dash) {
      this.#close((frame) => frame.indent > column);
      if (this.top?.isList && this.top.indent === column) this.top.index += 1;
      else this.#open(true, column);
      return this.#block(text.slice(dash[0].length), column + dash[0].length);
    }
    this.#close((frame) => frame.indent > column || (frame.indent === column && frame.isList));
    const key = KEY.exec(text);
    if (!key) return this.#value(text, column, true);
    if (this.top?.isList !== false || this.top.indent !== column) this.#open(false, column);
    this.#name(key[1] ?? key[2] ?? key[3]);
    this.#value(text.slice(key[0].length), column, false);
  }

  /** Read what stands after a key or a dash. */
  #value(text, column, isAlone) {
    const start = text.trimStart().replace(/^[&!]\S+\s+/, ""); // of an anchor or a tag
    if (/^[[{]/.test(start)) {
      this.#isFlow = true;
      return this.#flow(start);
    }
    if (/^[|>]/.test(start)) this.#blockScalar = column;
    this.#rest(start);
    const isKey = isAlone && this.top && !this.top.isList && this.top.indent === column;
    if (isKey) this.top.key = null;
    else if (!isAlone) this.#note(withoutComment(start));
  }

  #flow(line) {
    this.token = "";
    for (let at = 0; at < line.length; at++) {
      const char = line[at];
      if (char === '"' || char === "'") {
        const end = line.indexOf(char, at + 1);
        this.token += line.slice(at + (end > 0), end > 0 ? end : line.length);
        if (end < 0) return;
        at = end;
      } else if (char === "#" && /\s|^$/.test(line[at - 1] ?? "")) break;
      else if (char === "{" || char === "[") this.#open(char === "[", -1);
      else if (char === "}" || char === "]") this.#end();
      else if (char === ",") this.#comma();
      else if (char === ":" && !this.top.isList && this.top.key === null && /\s|^$|[[{]/.test(line[at + 1] ?? "")) {
        this.#name(this.token.trim());
      } else this.token += char;
      if (!this.#isFlow) return;
    }
  }

  #comma() {
    this.#note(this.token.trim());
    if (this.top.isList) this.top.index += 1;
    else this.top.key = null;
    this.token = "";
  }

  #end() {
    this.#note(this.token.trim());
    this.frames.pop();
    this.token = "";
    this.#isFlow = this.top?.indent === -1;
  }

  #open(isList, indent) {
    this.frames.push({ isList, indent, index: 0, key: null, seen: [], values: {} });
    this.token = "";
  }

  #close(isOver) {
    while (this.top && isOver(this.top)) this.frames.pop();
  }

  #name(key) {
    this.top.key = key;
    this.top.seen.push(key);
    this.token = "";
  }

  #note(value) {
    if (this.top.key !== null && value) this.top.values[this.top.key] = value;
  }

  #rest(text) {
    this.token = text;
  }
}

const withoutComment = (text) => text.replace(/(^|\s)#.*$/, "").trim();

/**
 * Tell where a place of a text is.
 *
 * Gives `steps` from the top, each `{ key, values }` of a mapping or `{ key: null }` of a list; `slot`, "key" where a key
 * of the last mapping is typed, "value" where a value is, "either" on a new line below a key or after a dash; `seen`,
 * the keys that the mapping has already; and `typed`, what stands before the place. null within a comment.
 */
export function contextAt(text, place) {
  const lines = text.slice(0, place).split("\n");
  const last = lines.pop();
  if (/(^|\s)#/.test(last)) return null;
  const reader = new Reader();
  for (const line of lines) reader.line(line);
  const isInside = reader.top?.indent === -1;
  // A letter at the place stands for what is typed there next.
  reader.line(isInside || last.trim() ? last : `${last}x`);
  return { ...slotOf(reader, last), typed: /([\w.][\w.-]*)?$/.exec(last)[0] };
}

function slotOf({ frames, top }, last) {
  const steps = frames.map(({ isList, key, values }) => (isList ? { key: null } : { key, values }));
  if (!top) return { steps, slot: "either", seen: [] };
  if (!top.isList && top.key === null) return { steps: steps.slice(0, -1), slot: "key", seen: top.seen, values: top.values };
  const isAfterKey = top.indent === -1 || (!top.isList && /:\s/.test(last.slice(top.indent)));
  return { steps, slot: isAfterKey ? "value" : "either", seen: [] };
}
