// How the draft is drawn: profile, country, seed, colour.

import { at } from "../common.js";

const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

export function begin({ draft, names }) {
  at("profile").append(...names.profiles.map((name) => new Option(name)));
  at("locale").append(...names.locales.map((name) => new Option(name)));
  const show = () => {
    for (const name of ["profile", "locale"]) at(name).value = draft[name];
    at("color").checked = draft.color;
    if (seedOf(at("seed").value) !== draft.seed) at("seed").value = draft.seed;
  };
  for (const name of ["profile", "locale"]) {
    at(name).addEventListener("change", () => draft.change({ [name]: at(name).value }));
  }
  at("color").addEventListener("change", () => draft.change({ color: at("color").checked }));
  at("seed").addEventListener("input", () => draft.change({ seed: seedOf(at("seed").value) }));
  at("next").addEventListener("click", () => draft.change({ seed: (draft.seed + 1) % LARGEST_SEED }));
  draft.addEventListener("change", show);
  show();
}

/** Give the seed that somebody typed: the next whole number that is one. */
const seedOf = (typed) => Math.min(LARGEST_SEED, Math.max(0, Math.trunc(Number(typed)) || 0));
