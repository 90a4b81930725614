// Makes notebooks/*.ipynb from the scripts notebooks/*.ts.
import { readdirSync, readFileSync } from "node:fs";
import { formatNotebook } from "../src/jupyter/nbformat.js";
import { notebookFromScript } from "../src/run/percent-script.js";
import { saveAtomically } from "../src/run/save.js";

const folder = new URL("../notebooks/", import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith(".ts")).toSorted()) {
  const target = new URL(name.replace(/\.ts$/, ".ipynb"), folder);
  saveAtomically(target.pathname, formatNotebook(notebookFromScript(readFileSync(new URL(name, folder), "utf8"), name)));
}
