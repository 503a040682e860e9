// The editor of the template: CodeMirror, with what the schema knows, and marks where the server found faults.

import {
  EditorState, EditorView, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap, codeFolding, completionKeymap,
  defaultKeymap, drawSelection, foldGutter, foldKeymap, highlightActiveLine, highlightActiveLineGutter,
  highlightSelectionMatches, highlightSpecialChars, history, historyKeymap, hoverTooltip, indentOnInput, indentUnit,
  indentWithTab, isolateHistory, keymap, lineNumbers, lintGutter, lintKeymap, rectangularSelection, search, searchKeymap, setDiagnostics, yaml,
} from "../codemirror.js";
import { at } from "../common.js";
import { completing, described, explained } from "./completion.js";
import { look } from "./editor_look.js";

const LEAVING = 3000; // milliseconds after Escape in which Tab leaves the editor

/** The editor of a draft. Dispatches "moved" when the cursor or the text is another. */
export class Editor extends EventTarget {
  #view;

  constructor(draft, schema) {
    super();
    // In a shadow tree CodeMirror adopts its styles; elsewhere it writes <style>, which the page forbids.
    const root = at("yaml").attachShadow({ mode: "open", delegatesFocus: true });
    const state = EditorState.create({ doc: draft.text, extensions: [...this.#extensions(draft), ...helping(schema, draft.files), look] });
    this.#view = new EditorView({ state, parent: root, root });
    draft.addEventListener("change", ({ detail }) => {
      if (detail.has("text") && draft.text !== this.text) this.#replace(draft.text);
    });
  }

  get text() { return this.#view.state.doc.toString(); }

  /** Where the cursor is: characters from the beginning. */
  get place() { return this.#view.state.selection.main.head; }

  /** Underline faults, each with its line and column from 1 and a message. */
  showFaults(faults) {
    const { doc } = this.#view.state;
    const diagnostics = faults.map(({ line, column, message }) => ({ ...spanOf(doc, line, column), severity: "error", message }));
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Put the cursor to a line and column, both from 1. */
  goTo(line, column) {
    const { from, to } = spanOf(this.#view.state.doc, line, column);
    this.#view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.#view.focus();
  }

  /** Put a text in place of what stands between two places. */
  put(from, to, insert) {
    this.#view.dispatch({ changes: { from, to, insert }, userEvent: "input" });
  }

  #replace(text) {
    const { doc } = this.#view.state;
    const changes = { from: 0, to: doc.length, insert: text };
    // One step of its own: undoing it brings back all that was there.
    this.#view.dispatch({ changes, selection: { anchor: 0 }, scrollIntoView: true, annotations: isolateHistory.of("full") });
  }

  #extensions(draft) {
    return [
      lineNumbers(), lintGutter(), foldGutter(), codeFolding(), highlightSpecialChars(), history(), drawSelection(),
      indentOnInput(), indentUnit.of("  "), bracketMatching(), closeBrackets(), rectangularSelection(), highlightActiveLine(),
      highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }), yaml(), EditorView.lineWrapping,
      keymap.of([
        ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap,
        ...lintKeymap, indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": "Text in YAML. Escape, then Tab leaves it.", spellcheck: "false", autocapitalize: "off", autocorrect: "off", tabindex: "0",
      }),
      // Whatever Escape does first, as dropping a selection: Tab leaves the editor then.
      EditorView.domEventObservers({ keydown: ({ key }, view) => key === "Escape" && view.setTabFocusMode(LEAVING) }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) draft.change({ text: update.state.doc.toString() });
        if (update.docChanged || update.selectionSet) this.dispatchEvent(new Event("moved"));
      }),
    ];
  }
}

const helping = (schema, files) => [
  autocompletion({ override: [completing(schema, files)] }),
  hoverTooltip((view, place) => {
    const found = explained(schema, view.state.doc.toString(), place);
    return found && { pos: found.from, end: found.to, above: true, create: () => ({ dom: described(found.name, found.told) }) };
  }),
];

/** Give the span of the word at a line and column; the text may be another than the one that was checked. */
function spanOf(doc, line, column) {
  const { from, text } = doc.line(Math.min(line, doc.lines));
  const start = Math.min(column - 1, text.length);
  const word = /^([\w.-]+|.)/.exec(text.slice(start))?.[0] ?? "";
  const end = start + word.length;
  return end > start ? { from: from + start, to: from + end } : { from: from + Math.max(0, start - 1), to: from + start };
}
