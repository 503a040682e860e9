// Drawings of the draft: the current one, drawn again as it changes, and others that panes ask for.

import { ask } from "../common.js";

const PAUSE = 25; // milliseconds without a change before it is drawn
export const DRAWN_ANEW = ["kind", "text", "name", "seed", "profile", "locale", "color", "values"];

const waiting = []; // drawings that are to be asked for, the most urgent first
let isAsking = false; // one at a time, as the server draws: what waits here can still be dropped

/**
 * Ask the server for one drawing of the draft; give its answer.
 *
 * `changes` are settings other than the draft's, as `{ seed: 7 }` or `{ files: true }`. A drawing whose `signal` is
 * aborted while it waits is never asked for.
 */
export function drawn(draft, changes = {}, { signal = null, isUrgent = false } = {}) {
  const body = { ...draft.request, ...changes };
  return new Promise((resolve, reject) => {
    waiting[isUrgent ? "unshift" : "push"]({ body, signal, resolve, reject });
    next();
  });
}

async function next() {
  if (isAsking) return;
  const { body, signal, resolve, reject } = waiting.shift() ?? {};
  if (!body) return;
  if (signal?.aborted) {
    reject(signal.reason);
    return next();
  }
  isAsking = true;
  try {
    resolve(await ask("/api/draw", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }));
  } catch (error) {
    reject(error);
  }
  isAsking = false;
  next();
}

/**
 * The drawing of the draft as it is. Dispatches "begin", then "drawn" with the server's answer and its `milliseconds`
 * since the change, or "refused" with the faults as `detail`. What was overtaken by a change is dropped.
 */
export class Drawing extends EventTarget {
  #draft;
  #hasFiles = false;
  #timer = 0;
  /** The answer that was drawn last; null before there is one. */
  answer = null;
  #current = new AbortController();

  constructor(draft) {
    super();
    this.#draft = draft;
    draft.addEventListener("change", ({ detail }) => {
      if (!DRAWN_ANEW.some((name) => detail.has(name))) return;
      const since = performance.now();
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

  async draw(since = performance.now()) {
    this.#current.abort();
    const { signal } = this.#current = new AbortController();
    this.dispatchEvent(new Event("begin"));
    const dispatch = (kind, detail) => signal.aborted || this.dispatchEvent(new CustomEvent(kind, { detail }));
    try {
      const answer = await drawn(this.#draft, { files: this.#hasFiles }, { signal, isUrgent: true });
      if (!signal.aborted) this.answer = answer;
      dispatch("drawn", { ...answer, milliseconds: performance.now() - since });
    } catch (error) {
      if (error.name !== "AbortError" && !error.faults) throw error;
      dispatch("refused", error.faults);
    }
  }
}
