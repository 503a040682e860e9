// Nine seeds side by side, and all profiles: a click takes that seed or profile.

import { at } from "../common.js";
import { DRAWN_ANEW, drawn } from "./drawing.js";
import { made } from "./elements.js";
import { whileShown } from "./shown.js";

const SEEDS = 9;

/** Give the nine seeds that are shown beside a seed: those of its sheet, of which the first is a multiple of nine. */
export const seedsOf = (seed) => Array.from({ length: SEEDS }, (_, index) => seed - (seed % SEEDS) + index);

export function begin({ draft, names }) {
  const seeds = () => seedsOf(draft.seed).map((seed) => ({ changes: { seed }, name: `Seed ${seed}`, isTaken: seed === draft.seed }));
  const profiles = () => names.profiles.map((profile) => ({
    changes: { profile, profile_text: null }, name: profile, isTaken: draft.kind === "template" && profile === draft.profile,
  }));
  sheet({ tab: "tab-seeds", list: "seeds", entries: seeds, draft, dependsOn: DRAWN_ANEW.filter((name) => name !== "seed"), take: ({ seed }) => draft.change({ seed }) });
  sheet({
    tab: "tab-profiles", list: "profiles", entries: profiles, draft, dependsOn: DRAWN_ANEW.filter((name) => name !== "profile"),
    take: ({ profile }) => {
      if (draft.kind === "profile") draft.turn("template", draft.others.template);
      draft.change({ profile });
    },
  });
  at("seeds-before").addEventListener("click", () => draft.change({ seed: Math.max(0, seedsOf(draft.seed)[0] - SEEDS) }));
  at("seeds-after").addEventListener("click", () => draft.change({ seed: seedsOf(draft.seed)[0] + SEEDS }));
}

/** A sheet of drawings, each of `{ changes, name, isTaken }` that `entries()` gives. */
function sheet({ tab, list, entries, draft, dependsOn, take }) {
  let cells = [];
  const show = () => {
    const found = entries();
    if (found.map(({ name }) => name).join() !== cells.map(({ entry }) => entry.name).join()) {
      cells = found.map((entry) => cellOf(entry, () => {
        take(entry.changes);
        at("tab-picture").click();
        at("tab-picture").focus();
      }));
      at(list).replaceChildren(...cells.map(({ button }) => made("li", {}, button)));
      again();
    }
    for (const [index, { button }] of cells.entries()) button.setAttribute("aria-pressed", found[index].isTaken);
  };
  const again = whileShown(tab, async (signal) => {
    for (const { button } of cells) button.classList.add("stale");
    for (const cell of cells) await fill(cell, draft, signal);
  });
  draft.addEventListener("change", ({ detail }) => {
    show();
    if (dependsOn.some((name) => detail.has(name))) again();
  });
  show();
}

function cellOf(entry, take) {
  const picture = made("img", { alt: "" });
  const told = made("small");
  const button = made("button", { className: "cell" }, picture, made("strong", { textContent: entry.name }), told);
  button.addEventListener("click", take);
  return { entry, button, picture, told };
}

async function fill({ entry, button, picture, told }, draft, signal) {
  try {
    const { image, locale } = await drawn(draft, entry.changes, { signal });
    if (signal.aborted) return;
    picture.src = image;
    told.textContent = locale;
  } catch (error) {
    if (!error.faults) throw error;
    if (signal.aborted) return;
    told.textContent = error.faults[0];
  }
  button.classList.remove("stale");
}
