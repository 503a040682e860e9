// What the second tab is made of: the draft, what it draws, and the panes that show and change both.
//
// A pane is a module with a function that takes { draft, drawing, editor, names, schema } and listens to their events, a part
// of index.html, and an entry in PANES.

import { ask } from "../common.js";
import { begin as beside } from "./beside_pane.js";
import { begin as boxes } from "./boxes_pane.js";
import { begin as command } from "./command_pane.js";
import { begin as controls } from "./controls_pane.js";
import { Draft } from "./draft.js";
import { Drawing } from "./drawing.js";
import { Editor } from "./editor.js";
import { begin as faults } from "./faults_pane.js";
import { begin as files } from "./files_pane.js";
import { begin as help } from "./help_pane.js";
import { begin as link, templateOf } from "./link_pane.js";
import { tell } from "./notice.js";
import { OwnFiles } from "./own_files.js";
import { begin as photo } from "./photo_pane.js";
import { begin as receipt } from "./receipt_pane.js";
import { Schema } from "./schema.js";
import { begin as sheets } from "./sheets_pane.js";
import { begin as sliders } from "./sliders_pane.js";
import { begin as snippets } from "./snippets_pane.js";
import { begin as templates, opening, packaged, replace } from "./templates_pane.js";
import { begin as values } from "./values_pane.js";
import { begin as zoom } from "./zoom_pane.js";

const PANES = [templates, controls, files, beside, link, faults, help, receipt, zoom, boxes, values, sheets, sliders, photo, snippets, command];

/** Begin the tab; give what receives the parts of an address. */
export async function begin() {
  const draft = new Draft(await OwnFiles.opened());
  const names = await ask("/api/templates");
  if (draft.text === null) draft.change(await packaged("template", names.templates[0]));
  const drawing = new Drawing(draft);
  drawing.draw();
  const schema = new Schema(draft); // after the drawing, which the server does first
  const editor = new Editor(draft, schema);
  for (const pane of PANES) pane({ draft, drawing, editor, names, schema });
  return { receive: (parts) => receive(draft, parts) };
}

/** Open the template that an address holds. */
async function receive(draft, parts) {
  if (!parts.has("template")) return;
  const isLast = opening();
  try {
    const changes = await templateOf(parts);
    if (isLast()) await replace(draft, { ...changes, others: { ...draft.others, [draft.kind]: draft.file, ...changes.others } });
  } catch (error) {
    if (!error.faults) throw error;
    tell(error.faults.join("; "));
  }
}
