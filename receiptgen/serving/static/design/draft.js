// The template that is designed, and how it is drawn: the one place that knows. All else listens to its changes.

const KEY = "receiptgen.draft";
const EMPTY = {
  kind: "template", name: "", packaged: "", text: null, opened: null, other: null, seed: 0, profile: "", locale: "", color: false, values: null,
};
const OF_FILE = ["name", "packaged", "text", "opened"];

/**
 * The current template or profile, and its settings. Dispatches "change", whose `detail` is the set of names of what changed.
 *
 * `kind` says which of the two is in the editor, and `other` is the other one as an object with `name`, `packaged`,
 * `text` and `opened`, null before there is any: a profile that is designed prints the receipts of the template.
 * `values` are those that the receipt is to have, in the structure of items.json; null for none. `text` is the YAML, null before there is any; `opened` what it was when it was opened or saved; `name` that of its
 * file without the end; `packaged` that of the packaged template that it was opened from, empty for a file; `seed`,
 * `profile`, `locale` (both empty for the template's own) and `color` are what a drawing takes.
 */
export class Draft extends EventTarget {
  #state = { ...EMPTY, ...kept() };
  /** Whether the browser keeps the draft over a reload. */
  isKept = true;

  get kind() { return this.#state.kind; }
  get opened() { return this.#state.opened; }
  get other() { return this.#state.other; }
  get values() { return this.#state.values; }
  get name() { return this.#state.name; }
  get packaged() { return this.#state.packaged; }
  get text() { return this.#state.text; }
  get seed() { return this.#state.seed; }
  get profile() { return this.#state.profile; }
  get locale() { return this.#state.locale; }
  get color() { return this.#state.color; }

  /** Whether something was typed that is in no file. */
  get isEdited() { return this.#state.text !== this.#state.opened; }

  /** The template, whichever is in the editor: `{ name, packaged, text, opened }`. */
  get template() { return this.kind === "template" ? this.file : this.other; }

  /** What is in the editor: `{ name, packaged, text, opened }`. */
  get file() { return Object.fromEntries(OF_FILE.map((name) => [name, this.#state[name]])); }

  /** What a request to draw it says. */
  get request() {
    const { seed, profile, locale, color, values } = this.#state;
    const { text: template, name } = this.template;
    const designed = this.kind === "profile" ? { profile: "", profile_text: this.text } : { profile };
    return { template, name, seed, locale, color, values, ...designed };
  }

  /** Put a file of the other kind into the editor, and keep this one. */
  turn(kind, file) {
    if (kind !== this.kind) this.change({ kind, ...file, other: this.file });
  }

  /** Change some of it, and tell what is other than before. */
  change(changes) {
    const changed = new Set(Object.keys(changes).filter((name) => changes[name] !== this.#state[name]));
    if (!changed.size) return;
    Object.assign(this.#state, changes);
    this.isKept = keep(this.#state);
    this.dispatchEvent(new CustomEvent("change", { detail: changed }));
  }
}

/** Give what was kept of the last visit; nothing where the browser keeps nothing, or something else. */
function kept() {
  try {
    const state = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return Object.fromEntries(Object.keys(EMPTY).filter((name) => name in state).map((name) => [name, state[name]]));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return {};
    throw error;
  }
}

function keep(state) {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false; // no room, or forbidden
    throw error;
  }
}
