// Help on what the cursor is at, below the editor, for those who have no pointer to hover with.

import { at } from "../common.js";
import { described, explained } from "./completion.js";

export function begin({ draft, editor, schema }) {
  const show = () => {
    const found = explained(schema, editor.text, editor.place);
    at("help").replaceChildren(...(found ? [described(found.name, found.told)] : []));
  };
  editor.addEventListener("moved", show);
  draft.addEventListener("change", ({ detail }) => detail.has("kind") && schema.loaded.then(show));
  schema.loaded.then(show);
}
