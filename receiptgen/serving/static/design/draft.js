// What is designed, and how it is drawn: the one place that knows. All else listens to its changes.

const KEY = "receiptgen.draft";
const EMPTY = {
  kind: "template", name: "", packaged: "", text: null, opened: null, others: {}, seed: 0, profile: "", locale: "", color: false, values: null, only: "",
};
const OF_FILE = ["name", "packaged", "text", "opened"];

/**
 * The current template, profile or snippet set, and its settings. Dispatches "change", whose `detail` is the set of names of
 * what changed; "beside" is among them where `files`, those that lie beside it, are others.
 *
 * `kind` says which of the three is in the editor, and `others` has those that were there before, by kind, as objects with
 * `name`, `packaged`, `text` and `opened`: a profile that is designed prints the receipts of the template. `values` are
 * those that the receipt is to have, in the structure of items.json; null for none. `text` is the YAML, null before there
 * is any; `opened` what it was when it was opened or saved; `name` that of its file without the end; `packaged` that of
 * the packaged file that it was opened from, empty for a file; `seed`, `profile`, `locale` (both empty for its own) and
 * `color` are what a drawing takes; `only` is the kind of snippets that is drawn, empty for all.
 */
export class Draft extends EventTarget {
  #state = { ...EMPTY, ...kept() };
  /** Whether the browser keeps the draft over a reload. */
  isKept = true;

  constructor(files) {
    super();
    this.files = files;
    files.addEventListener("change", () => this.dispatchEvent(new CustomEvent("change", { detail: new Set(["beside"]) })));
  }

  get kind() { return this.#state.kind; }
  get opened() { return this.#state.opened; }
  get others() { return this.#state.others; }
  get only() { return this.#state.only; }
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

  /** The template, whatever is in the editor: `{ name, packaged, text, opened }`. */
  get template() { return this.kind === "template" ? this.file : this.others.template; }

  /** What is in the editor: `{ name, packaged, text, opened }`. */
  get file() { return Object.fromEntries(OF_FILE.map((name) => [name, this.#state[name]])); }

  /** The texts of which a drawing is made, which may name files. */
  get texts() { return this.kind === "profile" ? [this.text, this.template.text] : [this.text]; }

  /** What a request to draw it says. */
  get request() {
    const { seed, profile, locale, color, values } = this.#state;
    const { text: template, name } = this.template;
    const designed = this.kind === "profile" ? { profile: "", profile_text: this.text } : { profile };
    return { template, name, seed, locale, color, values, beside: this.files.request, ...designed };
  }

  /** What a request to draw snippets of it says, all but which of them. */
  get snippetsRequest() {
    const { text: snippets, name, seed, profile, locale, color, only } = this.#state;
    return { snippets, name, seed, profile, locale, color, beside: this.files.request, kinds: only ? [only] : [] };
  }

  /** Put a file of another kind into the editor, and keep this one. */
  turn(kind, file) {
    if (kind !== this.kind) this.change({ kind, ...file, others: { ...this.others, [this.kind]: this.file } });
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
    const { other, ...state } = JSON.parse(localStorage.getItem(KEY)) ?? {};
    if (other) state.others = { [state.kind === "profile" ? "template" : "profile"]: other }; // as it was kept before
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
