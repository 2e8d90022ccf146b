// Join modules to one file: node bundle.mjs ESBUILD SOURCE TARGET, what is BUILT as JSON on stdin.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, source, target] = process.argv.slice(2);
const { default: esbuild } = await import(pathToFileURL(`${folder}/lib/main.js`));
await esbuild.build({
  entryPoints: [source],
  outfile: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // Licences travel in a file of their own.
  define: { BUILT: readFileSync(0, "utf8") },
  // What Pyodide imports where it runs in node.
  external: ["node:*", "ws"],
  nodePaths: [`${folder}/..`],
  logLevel: "error",
});
