// Builds the JupyterLab extension into dist/kernel-ext/labextension; `evtlab install` adds plotly.min.js beside it.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const output = "dist/kernel-ext/labextension";
const { version, license } = JSON.parse(readFileSync("package.json", "utf8"));
const name = "evtlab";
// Jupyter lets browsers keep these files for a year, so what changes has another address.
const stamp = (content) => createHash("sha256").update(content).digest("hex").slice(0, 16);
const stampOf = (file) => stamp(readFileSync(file));
const stamps = { "player.js": stampOf("src/plot/player/player.bundle.js"), "plotly.min.js": stampOf("node_modules/plotly.js-dist-min/plotly.min.js") };
rmSync(output, { recursive: true, force: true });
mkdirSync(`${output}/static`, { recursive: true });
const { outputFiles } = await build({
  entryPoints: ["kernel-ext/labextension/remote-entry.ts"], define: { stamps: JSON.stringify(stamps) },
  bundle: true, format: "iife", target: "es2022", logLevel: "warning", write: false,
});
const entry = `static/remoteEntry.${stamp(outputFiles[0].contents)}.js`;
writeFileSync(`${output}/${entry}`, outputFiles[0].contents);
copyFileSync("src/plot/player/player.bundle.js", `${output}/static/player.js`);
const description = "Draws Plotly figures and tables, plays events and explains names in JupyterLab, without a network";
writeFileSync(`${output}/package.json`, `${JSON.stringify({
  name, version, description, license,
  jupyterlab: { extension: true, mimeExtension: true, _build: { load: entry, extension: "./extension", mimeExtension: "./mimeExtension" } },
}, null, 2)}\n`);
writeFileSync(`${output}/install.json`, `${JSON.stringify({
  packageManager: "npm", packageName: "evtlab", uninstallInstructions: `Delete the folder labextensions/${name}`,
}, null, 2)}\n`);
