// Bundles danfojs-node into dist/vendor, so that consumers need neither it nor the overrides that its manifest wants.
import { build } from "esbuild";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const output = "dist/vendor/danfo.cjs";
const inputs = [import.meta.filename, "scripts/danfo-tensorflow.cjs", "scripts/danfo-missing.cjs", "node_modules/danfojs-node/package.json"];
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modified(output) < Math.max(...inputs.map(modified))) {
  const missing = resolve("scripts/danfo-missing.cjs");
  const { metafile } = await build({
    entryPoints: ["danfojs-node"],
    outfile: output,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    metafile: true,
    logLevel: "error",
    external: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"],
    alias: {
      "@tensorflow/tfjs-node": resolve("scripts/danfo-tensorflow.cjs"),
      xlsx: missing,
      request: missing,
      "node-fetch": missing,
      "plotly.js-dist-min": missing,
    },
  });
  mkdirSync("dist/vendor", { recursive: true });
  writeFileSync("dist/vendor/danfo.LICENSES.txt", licences(Object.keys(metafile.inputs)));
}

/** The licence texts of every package in the bundle. */
function licences(files) {
  const folders = files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const text = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "License"]
      .map((file) => `${folder}/${file}`).find((file) => modified(file) > 0);
    return `## ${name} ${version} (${license ?? "see text"})\n\n${text === undefined ? "" : readFileSync(text, "utf8").trim()}\n`;
  }).join("\n");
}
