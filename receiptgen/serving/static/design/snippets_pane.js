// A sheet of snippets of the set that is designed, with what each says, drawn again as it changes.

import { at } from "../common.js";
import { drawnSnippets } from "./drawing.js";
import { made } from "./elements.js";

const MOST = 40;
const BATCH = 16; // snippets of a request after the first

export function begin({ draft, drawing }) {
  let current = new AbortController();
  const cells = Array.from({ length: MOST }, cellOf);
  at("snippets").replaceChildren(...cells.map(({ item }) => item));

  const turn = () => {
    const isSet = draft.kind === "snippets";
    if (at("tab-snippets").hidden !== isSet) return;
    for (const tab of at("tab-snippets").parentElement.children) tab.hidden = (tab.dataset.of === "snippets") !== isSet && tab.id !== "tab-many";
    at(isSet ? "tab-snippets" : "tab-picture").click();
  };
  const begun = () => {
    current.abort();
    for (const { item } of cells) item.classList.add("stale");
  };
  const showKinds = (kinds) => {
    const names = ["", ...kinds];
    if (names.join() !== [...at("only").options].map(({ value }) => value).join()) {
      at("only").replaceChildren(...names.map((name) => new Option(name || "all, in turn", name)));
    }
    at("only").value = draft.only;
  };
  const show = async ({ kinds, snippets, milliseconds }) => {
    const { signal } = current = new AbortController();
    showKinds(kinds);
    snippets.forEach((snippet, index) => fill(cells[index], snippet));
    at("snippets-drawn").textContent = `${kinds.length} ${kinds.length === 1 ? "kind" : "kinds"}, the first ${snippets.length} in ${milliseconds.toFixed(0)} ms`;
    try {
      for (let first = snippets.length; first < MOST; first += BATCH) {
        const more = await drawnSnippets(draft, first, Math.min(BATCH, MOST - first), { signal });
        if (signal.aborted) return;
        more.snippets.forEach((snippet, index) => fill(cells[first + index], snippet));
      }
    } catch (error) {
      if (error.name === "AbortError" || signal.aborted) return;
      if (!error.faults) throw error;
      at("snippets-drawn").textContent = `not all could be drawn: ${error.faults.join("; ")}`;
    }
  };
  at("only").addEventListener("change", () => draft.change({ only: at("only").value }));
  drawing.addEventListener("begin", begun);
  drawing.addEventListener("snippets", ({ detail }) => show(detail));
  drawing.addEventListener("refused", () => (at("snippets-drawn").textContent = "as it was before the fault"));
  draft.addEventListener("change", ({ detail }) => {
    turn();
    if (draft.only && (detail.has("name") || detail.has("kind"))) draft.change({ only: "" }); // it is of another set
  });
  turn();
}

function cellOf() {
  const [picture, said, kind] = [made("img", { alt: "" }), made("code"), made("small")];
  return { item: made("li", { className: "stale", hidden: true }, picture, said, kind), picture, said, kind };
}

function fill({ item, picture, said, kind }, snippet) {
  picture.src = snippet.image;
  picture.title = said.textContent = snippet.text;
  kind.textContent = `${snippet.kind} ${snippet.number}, ${snippet.locale}`;
  item.classList.remove("stale");
  item.hidden = false;
}
