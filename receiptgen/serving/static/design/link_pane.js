// A link that holds the template: behind the #, which browsers send to no server.

import { at } from "../common.js";
import { LARGEST, checked } from "./files_pane.js";
import { copy, tell } from "./notice.js";

const SETTINGS = ["seed", "profile", "locale"];

/** Give the link. */
async function linkOf(draft) {
  const { template, file, kind } = draft;
  const parts = new URLSearchParams({ design: "", template: await packed(template.text), name: template.name });
  if (kind !== "template") parts.set("designed", await packed(file.text));
  if (kind !== "template") parts.set("designed-name", file.name);
  if (kind === "snippets") parts.set("kind", kind);
  if (draft.values) parts.set("values", await packed(JSON.stringify(draft.values)));
  for (const name of SETTINGS) if (draft[name]) parts.set(name, draft[name]);
  if (draft.color) parts.set("color", "true");
  return `${location.origin}${location.pathname}#${parts}`;
}

/** Give the changes by which the draft becomes what a link holds; throws an Error with `faults`. */
export async function templateOf(parts) {
  const template = await fileOf(parts, "template", "name");
  const settings = {
    values: parts.has("values") ? valuesOf(checked(await unpacked(parts.get("values")), "the link's values")) : null,
    seed: Number(parts.get("seed")) || 0, profile: parts.get("profile") ?? "", locale: parts.get("locale") ?? "", color: parts.has("color"),
  };
  if (!parts.has("designed")) return { kind: "template", others: {}, ...template, ...settings };
  const kind = parts.get("kind") === "snippets" ? "snippets" : "profile";
  return { kind, others: { template }, ...await fileOf(parts, "designed", "designed-name"), ...settings };
}

async function fileOf(parts, part, name) {
  const text = checked(await unpacked(parts.get(part)), `the link's ${part}`);
  return { name: parts.get(name) || "template", packaged: "", text, opened: text };
}

function valuesOf(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw Object.assign(new Error(), { faults: ["the link is damaged: its values are no JSON"] });
  }
}

async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const chars = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(chars).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Give the bytes of a packed text; no more than are too many. */
async function unpacked(text) {
  const parts = [];
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let size = 0; size <= LARGEST;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    throw Object.assign(new Error(), { faults: ["the link is damaged or cut off: it holds no template"] });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

export function begin({ draft }) {
  at("link").addEventListener("click", async () => {
    await copy(await linkOf(draft), at("link"));
    const files = draft.files.namedIn(...draft.texts);
    if (files.length) tell(`the link holds the text alone; send with it: ${files.join(", ")}`);
  });
}
