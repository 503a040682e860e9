// Help on what the cursor is at, below the editor, for those who have no pointer to hover with.

import { at } from "../common.js";
import { described, explained } from "./completion.js";

export function begin({ editor, schema }) {
  const show = () => {
    const found = explained(schema, editor.text, editor.place);
    at("help").replaceChildren(...(found ? [described(found.name, found.told)] : []));
  };
  editor.addEventListener("moved", show);
  schema.loaded.then(show);
}
