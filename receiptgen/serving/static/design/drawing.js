// Drawings of the draft: the current one, drawn again as it changes, and others that panes ask for.

import { ask } from "../common.js";

const PAUSE = 25; // milliseconds without a change before it is drawn
export const DRAWN_ANEW = ["kind", "text", "name", "seed", "profile", "locale", "color", "values", "beside", "only"];

const FIRST_SNIPPETS = 8; // of a set, which are drawn soon enough to follow what is typed

const waiting = []; // drawings that are to be asked for, the most urgent first
let isAsking = false; // one at a time, as the server draws: what waits here can still be dropped

/**
 * Ask the server for one drawing of the draft; give its answer.
 *
 * `changes` are settings other than the draft's, as `{ seed: 7 }` or `{ files: true }`. A drawing whose `signal` is
 * aborted while it waits is never asked for.
 */
export function drawn(draft, changes = {}, options = {}) {
  return queued("/api/draw", { ...draft.request, ...changes }, options);
}

/** Ask the server for snippets of the draft, as `drawn` does: a number of them from one on. */
export function drawnSnippets(draft, first, count, options = {}) {
  return queued("/api/snippets", { ...draft.snippetsRequest, first, count }, options);
}

function queued(path, body, { signal = null, isUrgent = false }) {
  return new Promise((resolve, reject) => {
    waiting[isUrgent ? "unshift" : "push"]({ path, body, signal, resolve, reject });
    next();
  });
}

async function next() {
  if (isAsking) return;
  const { path, body, signal, resolve, reject } = waiting.shift() ?? {};
  if (!body) return;
  if (signal?.aborted) {
    reject(signal.reason);
    return next();
  }
  isAsking = true;
  try {
    resolve(await ask(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }));
  } catch (error) {
    reject(error);
  }
  isAsking = false;
  next();
}

/**
 * The drawing of the draft as it is. Dispatches "begin" once the draft is another, then "drawn", of a snippet set "snippets",
 * with the server's answer and its `milliseconds` since the change, or "refused" with the faults as `detail`. What was
 * overtaken is dropped.
 */
export class Drawing extends EventTarget {
  #draft;
  #hasFiles = false;
  #timer = 0;
  /** The receipt that was drawn last; null before there is one. */
  answer = null;
  #current = new AbortController();

  constructor(draft) {
    super();
    this.#draft = draft;
    draft.addEventListener("change", ({ detail }) => {
      if (!DRAWN_ANEW.some((name) => detail.has(name))) return;
      const since = performance.now();
      this.#overtake();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.draw(since), PAUSE);
    });
  }

  /** From now on have the files that `draw` writes beside each picture: where words are, and what the receipt says. */
  needFiles() {
    if (this.#hasFiles) return;
    this.#hasFiles = true;
    this.draw();
  }

  /** Drop what is drawn now, and tell that what is shown is of a draft that is no more. */
  #overtake() {
    this.#current.abort();
    this.dispatchEvent(new Event("begin"));
  }

  async draw(since = performance.now()) {
    this.#overtake();
    const { signal } = this.#current = new AbortController();
    const dispatch = (kind, detail) => signal.aborted || this.dispatchEvent(new CustomEvent(kind, { detail }));
    try {
      const options = { signal, isUrgent: true };
      const kind = this.#draft.kind === "snippets" ? "snippets" : "drawn";
      const answer = await (kind === "snippets"
        ? drawnSnippets(this.#draft, 0, FIRST_SNIPPETS, options)
        : drawn(this.#draft, { files: this.#hasFiles }, options));
      if (kind === "drawn" && !signal.aborted) this.answer = answer;
      dispatch(kind, { ...answer, milliseconds: performance.now() - since });
    } catch (error) {
      if (error.name !== "AbortError" && !error.faults) throw error;
      dispatch("refused", error.faults);
    }
  }
}
