// Builds the JupyterLab extension into dist/kernel-ext/labextension; `evtlab install` adds plotly.min.js beside it.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const output = "dist/kernel-ext/labextension";
const { version, license } = JSON.parse(readFileSync("package.json", "utf8"));
const name = "evtlab";
mkdirSync(`${output}/static`, { recursive: true });
await build({
  entryPoints: ["kernel-ext/labextension/remote-entry.ts"], outfile: `${output}/static/remoteEntry.js`,
  bundle: true, format: "iife", target: "es2022", logLevel: "warning",
});
copyFileSync("src/plot/player/player.bundle.js", `${output}/static/player.js`);
const description = "Draws Plotly figures and tables, plays events and explains names in JupyterLab, without a network";
writeFileSync(`${output}/package.json`, `${JSON.stringify({
  name, version, description, license,
  jupyterlab: { extension: true, mimeExtension: true, _build: { load: "static/remoteEntry.js", extension: "./extension", mimeExtension: "./mimeExtension" } },
}, null, 2)}\n`);
writeFileSync(`${output}/install.json`, `${JSON.stringify({
  packageManager: "npm", packageName: "evtlab", uninstallInstructions: `Delete the folder labextensions/${name}`,
}, null, 2)}\n`);
