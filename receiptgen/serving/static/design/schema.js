// The JSON Schema of templates, profiles and snippet sets: what may stand where, and what it means.

import { ask } from "../common.js";
import { tell } from "./notice.js";

const TOLD = ["description", "default", "examples"]; // what a field says of itself goes before what its type says
const MOST_NAMES = 14;
const SCHEMAS = { template: "receipt", profile: "profile", snippets: "snippets" };

/** The schema of the kind that a draft is of. */
export class Schema {
  #definitions = {};
  #root = {};
  #kept = new Map(); // by kind

  constructor(draft) {
    const load = () => (this.loaded = this.#load(draft));
    draft.addEventListener("change", ({ detail }) => detail.has("kind") && load());
    load();
  }

  /** Ends when the schema is loaded; before, nothing is known. */
  loaded = null;

  async #load(draft) {
    const { kind } = draft;
    [this.#definitions, this.#root] = [{}, {}];
    try {
      if (!this.#kept.has(kind)) this.#kept.set(kind, await ask(`/api/schema?of=${SCHEMAS[kind]}`));
      if (kind !== draft.kind) return;
      const { $defs, ...root } = this.#kept.get(kind);
      [this.#definitions, this.#root] = [$defs, root];
    } catch (error) {
      if (!error.faults) throw error;
      tell(`no help on keys: ${error.faults.join("; ")}`);
    }
  }

  /** Give the forms of the value at some steps of a context: schemas without alternatives. */
  forms(steps) {
    let forms = this.#expanded(this.#root);
    for (const { key, values } of steps) {
      const narrowed = key === null ? forms : chosen(forms, values);
      const schemas = narrowed.map((form) => (key === null ? form.items : fieldOf(form, key)));
      forms = schemas.filter(Boolean).flatMap((schema) => this.#expanded(schema));
    }
    return forms;
  }

  /** Give the mappings that may be where a context is. */
  mappings({ steps, values }) {
    return chosen(this.forms(steps).filter((form) => form.properties || form.additionalProperties), values);
  }

  /** Describe the value at some steps: `{ about, form, standard }`, texts; null where nothing is known. */
  describe(steps) {
    const forms = this.forms(steps);
    if (!forms.length) return null;
    const standard = forms.find((form) => (form.default ?? null) !== null)?.default;
    return {
      about: [...new Set(forms.map((form) => form.description).filter(Boolean))].slice(0, 2).join(" "),
      form: formOf(forms), standard: standard === undefined ? "" : flow(standard),
    };
  }

  #expanded(schema, told = {}) {
    const own = { ...Object.fromEntries(TOLD.filter((key) => key in schema).map((key) => [key, schema[key]])), ...told };
    if (schema.$ref) return this.#expanded(this.#definitions[schema.$ref.replace("#/$defs/", "")], own);
    const alternatives = schema.properties ? null : schema.anyOf ?? schema.oneOf;
    if (!alternatives) return [{ ...schema, ...own, record: schema.description }];
    return alternatives.flatMap((one) => this.#expanded(one, own));
  }
}

/** Give the schema of a field of a mapping; that of `kind` is described by what is of that kind. */
function fieldOf(form, key) {
  const field = form.properties?.[key] ?? (typeof form.additionalProperties === "object" ? form.additionalProperties : null);
  return field && "const" in field ? { ...field, description: form.record } : field;
}

/** Give those mappings that are of the kind that some values say; all, if none is. */
function chosen(forms, values = {}) {
  const kind = values.kind?.replace(/^["']|["']$/g, "");
  const fitting = forms.filter((form) => form.properties?.kind?.const === kind);
  return kind && fitting.length ? fitting : forms;
}

/** Say how a value is written. */
function formOf(forms) {
  const names = forms.flatMap((form) => form.enum ?? ("const" in form ? [form.const] : []));
  const told = names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? ", …" : "");
  return [...new Set([told, ...forms.map(typeOf)].filter(Boolean))].join(" or ");
}

function typeOf(form) {
  if (form.enum || "const" in form || form.type === "null") return "";
  if (form.type === "array") return "a list";
  if (form.type === "boolean") return "true or false";
  if (form.type === "string") return form.pattern ? "a range" : "text";
  if (form.type === "number" || form.type === "integer") return `${form.type === "integer" ? "a whole" : "a"} number${boundsOf(form)}`;
  return "a mapping";
}

function boundsOf({ minimum, maximum, exclusiveMinimum }) {
  return [
    minimum !== undefined && ` from ${minimum}`, exclusiveMinimum !== undefined && ` above ${exclusiveMinimum}`,
    maximum !== undefined && maximum < 1e9 && ` to ${maximum}`,
  ].filter(Boolean).join("");
}

/** Give a value as YAML writes it on one line. */
export function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== false);
  return `{${entries.map(([key, entry]) => `${key}: ${flow(entry)}`).join(", ")}}`;
}
