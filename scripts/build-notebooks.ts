// Makes notebooks/*.ipynb from the scripts notebooks/*.ts.
import { readdirSync, readFileSync } from "node:fs";
import { saveAtomically } from "../src/run/save.js";
import { notebookFromScript } from "./notebook-script.js";

const folder = new URL("../notebooks/", import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith(".ts")).toSorted()) {
  const target = new URL(name.replace(/\.ts$/, ".ipynb"), folder);
  saveAtomically(target.pathname, notebookFromScript(readFileSync(new URL(name, folder), "utf8"), name));
}
