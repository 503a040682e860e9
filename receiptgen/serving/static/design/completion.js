// What the editor completes and explains, by the schema.

import { startCompletion } from "../codemirror.js";
import { flow } from "./schema.js";
import { contextAt } from "./yaml_context.js";

const NAMES_FILES = /\bpaths? of\b|\bfont files\b|\bfile beside it\b/; // what the schema says where a path is one of several forms

/** Give the source of completions, as the editor asks for it. */
export function completing(schema, files) {
  return ({ state, pos, explicit }) => {
    const context = contextAt(state.doc.toString(), pos);
    if (!context || (!context.typed && !explicit)) return null;
    const isFollowed = /^[\w-]*\s*:/.test(state.sliceDoc(pos, pos + 80));
    const keys = context.slot === "value" ? [] : keysOf(schema, context, isFollowed);
    const values = context.slot === "key" ? [] : [...valuesOf(schema.forms(context.steps)), ...filesFor(schema.forms(context.steps), files)];
    const options = [...new Map([...keys, ...values].map((option) => [option.label, option])).values()];
    return options.length ? { from: pos - context.typed.length, options, validFor: /^[\w.-]*$/ } : null;
  };
}

function keysOf(schema, context, isFollowed) {
  const ending = isFollowed ? "" : ": ";
  return schema.mappings(context).flatMap(({ properties, additionalProperties, examples }) => [
    ...Object.keys(properties ?? {}), ...(additionalProperties ? examples ?? [] : []),
  ]).filter((key) => !context.seen.includes(key)).map((key) => {
    const told = schema.describe([...context.steps, { key, values: context.values }]);
    return { label: key, type: "property", info: () => described(key, told), apply: inserting(key + ending) };
  });
}

/** Give what inserts a text and, after a key, offers its values. */
function inserting(text) {
  return (view, option, from, to) => {
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.complete" });
    if (text.endsWith(": ")) startCompletion(view);
  };
}

/** Give the files beside the text where a path may stand. */
function filesFor(forms, files) {
  const isPath = forms.some(({ format, description }) => format === "path" || NAMES_FILES.test(description));
  return isPath ? files.names.map((name) => ({ label: flow(name), type: "text", detail: "beside it" })) : [];
}

function valuesOf(forms) {
  const records = new Map(forms.map((form) => [form.properties?.kind?.const, form.record]));
  return forms.flatMap((form) => {
    const names = form.enum ?? ("const" in form ? [form.const] : form.type === "boolean" ? [true, false] : form.examples ?? []);
    const isPlain = ["string", "number", "integer"].includes(form.type) && form.default !== undefined;
    const standard = isPlain && typeof form.default !== "object" ? [form.default] : [];
    return [...names, ...standard].map(flow).map((label) => ({
      label, type: form.enum || "const" in form ? "enum" : "constant", boost: label === flow(form.default ?? null) ? 1 : 0,
      detail: label === flow(form.default ?? null) ? "unless said otherwise" : undefined,
      info: records.get(label) || "const" in form ? () => described(label, { about: records.get(label) ?? form.description }) : undefined,
    }));
  });
}

/** Tell what a place of a text is called and means: `{ name, told, from, to }`; null where nothing is known. */
export function explained(schema, text, place) {
  const from = place - /[\w.-]*$/.exec(text.slice(0, place))[0].length;
  const to = place + /^[\w.-]*/.exec(text.slice(place))[0].length;
  const name = text.slice(from, to);
  const context = name && contextAt(text, to);
  if (!context) return null;
  const isKey = /^\s*:(\s|$)/.test(text.slice(to)) && context.slot !== "value";
  const found = isKey ? { name, told: schema.describe([...context.steps, { key: name, values: context.values }]) } : valueAt(schema, context, name);
  return found.told && { ...found, from, to };
}

/** Tell what a value is: a member of a room by its own name, all else by that of its key. */
function valueAt(schema, { steps, slot }, name) {
  if (slot === "key") return {};
  const member = schema.forms(steps).find((form) => (form.properties?.kind?.const ?? form.const) === name);
  if (member) return { name, told: { about: member.properties ? member.record : member.description } };
  return { name: steps.findLast(({ key }) => key !== null)?.key ?? name, told: schema.describe(steps) };
}

/** Give what is told of a name, as an element. */
export function described(name, told) {
  const box = document.createElement("div");
  box.className = "help";
  box.append(element("strong", name), ...marked(told?.about ?? ""));
  if (told?.form) box.append(element("small", `Takes ${told.form}.`));
  if (told?.standard) box.append(element("small", `Unless said otherwise: ${told.standard}`));
  return box;
}

/** Give a text with what stands between double backticks as code. */
function marked(text) {
  const paragraph = document.createElement("p");
  paragraph.append(...text.split("``").map((part, index) => (index % 2 ? element("code", part) : part)));
  return text ? [paragraph] : [];
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
