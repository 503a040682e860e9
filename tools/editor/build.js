// Bundles the editor into receiptgen/serving/static, with the licences of all that is in it.

import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const STATIC = new URL("../../receiptgen/serving/static/", import.meta.url);
const LICENCES = "codemirror.licence.txt";

const here = (path) => new URL(path, import.meta.url);

const { metafile, outputFiles } = await build({
  entryPoints: ["editor.js"], bundle: true, format: "esm", minify: true, target: "es2020", charset: "utf8",
  legalComments: "none", metafile: true, write: false, outfile: "codemirror.js",
  banner: { js: `// CodeMirror 6, under the MIT License: ${LICENCES}. Built by tools/build_editor.sh; don't edit it.` },
});

const folders = Object.keys(metafile.inputs).map((path) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]);
const parts = [...new Set(folders.filter(Boolean))].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(here(`${folder}/package.json`), "utf8"));
  return `${name} ${version}\n\n${readFileSync(here(`${folder}/LICENSE`), "utf8").trim()}\n`;
});
writeFileSync(new URL("codemirror.js", STATIC), outputFiles[0].contents);
writeFileSync(new URL(LICENCES, STATIC), parts.join(`\n${"-".repeat(72)}\n\n`));
