// Usage: node build.mjs <folder>. Writes the bundle, and manifest.json with the names of its entry files.
import { writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const WORKERS = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
};
const PAGE = "src/index.jsx";

const folder = resolve(process.argv[2]);
const shared = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  bundle: true,
  entryNames: "[name]-[hash]",
  legalComments: "external",
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: folder,
  target: "es2022",
};

// graphiql/style.css already holds the styles of the editor.
const withoutEditorStyles = {
  name: "without-editor-styles",
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ contents: "", loader: "css" }));
  },
};

const workers = await build({ ...shared, entryPoints: WORKERS, format: "iife" });
const workerFiles = Object.fromEntries(
  Object.entries(WORKERS).map(([name, source]) => [name, entryOutput(workers, source).file]),
);

const page = await build({
  ...shared,
  chunkNames: "chunk-[hash]",
  define: { "process.env.NODE_ENV": '"production"', WORKER_FILES: JSON.stringify(workerFiles) },
  entryPoints: { playground: PAGE },
  format: "esm",
  jsx: "automatic",
  loader: { ".graphql": "text", ".ttf": "dataurl", ".woff2": "dataurl" },
  plugins: [withoutEditorStyles],
  splitting: true,
});
const { file: script, cssBundle } = entryOutput(page, PAGE);

writeFileSync(join(folder, "manifest.json"), JSON.stringify({ script, style: basename(cssBundle) }));

function entryOutput({ metafile }, source) {
  const [path, output] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));
  return { file: basename(path), cssBundle: output.cssBundle };
}
