// How the editor looks: in the colours of the page, which follow light and dark.

import { EditorView, HighlightStyle, syntaxHighlighting, tags } from "../codemirror.js";

const MONO = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", background: "var(--card)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" }, // the page frames it
  ".cm-scroller": { fontFamily: MONO, lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--ground)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-gutter-lint": { width: "1.1em" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-activeLine": { background: "var(--active)" },
  ".cm-activeLineGutter": { background: "var(--active)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--chosen)" },
  ".cm-selectionMatch, .cm-searchMatch": { background: "var(--lit)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--lit)" },
  ".cm-foldPlaceholder": { background: "var(--ground)", borderColor: "var(--edge)", color: "var(--quiet)" },
  ".cm-panels": { background: "var(--ground)", color: "var(--ink)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-textfield, .cm-button": {
    font: "inherit", color: "inherit", background: "var(--card)", border: "1px solid var(--edge)", borderRadius: "6px",
  },
  ".cm-panel.cm-search label": { fontSize: "inherit" },
  ".cm-panel.cm-search [name=close]": { fontSize: "1.3rem", color: "inherit" },
  ".cm-tooltip": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxWidth: "min(24rem, 90vw)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--card)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".75" },
  ".cm-completionInfo": { maxWidth: "min(22rem, 80vw)" },
  ".help": { padding: ".4rem .6rem", maxWidth: "26rem", fontFamily: "system-ui, sans-serif", lineHeight: "1.4" },
  ".help p": { margin: ".2rem 0" },
  ".help small": { display: "block", color: "var(--quiet)", overflowWrap: "anywhere" },
  ".cm-diagnostic": { fontFamily: "system-ui, sans-serif" },
});

const colors = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--key)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--value)" },
  { tag: tags.lineComment, color: "var(--quiet)" },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: "var(--fair)" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--ink)" },
]);

export const look = [theme, syntaxHighlighting(colors)];
