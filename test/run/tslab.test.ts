import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { runNotebook } from "../../src/run/notebook.js";
import { quick, scratch, shown, statuses } from "./notebooks.js";

/** What tslab cannot do, by tutorial. */
const beyond: Readonly<Record<string, string>> = {
  "03-synchronised-loading.ipynb": "tslab knows no for await at the top level",
  "10-simulate-a-video.ipynb": "tslab knows no for await at the top level",
};

/** The longest run when asked for, as the whole check does. */
const long = /^(0[4-7]|09)-/;
const all = process.env["EVTLAB_ALL_TUTORIALS"] !== undefined;

/** A project that depends on evtlab, and tslab as its kernel. */
describe("tutorials under tslab", function () {
  this.timeout(120_000);
  const folder = scratch();
  const previous = process.env["JUPYTER_PATH"];

  before(() => {
    const kernel = join(folder, "jupyter/kernels/tslab");
    mkdirSync(kernel, { recursive: true });
    const tslab = createRequire(import.meta.url).resolve("tslab/bin/tslab");
    const spec = { argv: [process.execPath, tslab, "kernel", "--config-path={connection_file}"], display_name: "tslab", language: "typescript" };
    writeFileSync(join(kernel, "kernel.json"), JSON.stringify(spec));
    process.env["JUPYTER_PATH"] = join(folder, "jupyter");
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(resolve("."), join(folder, "node_modules/evtlab"));
    symlinkSync(resolve("node_modules/@types"), join(folder, "node_modules/@types"));
  });
  after(() => {
    if (previous === undefined) delete process.env["JUPYTER_PATH"];
    else process.env["JUPYTER_PATH"] = previous;
  });

  for (const name of readdirSync("notebooks").filter((file) => file.endsWith(".ipynb"))) {
    const reason = beyond[name];
    if (reason !== undefined) {
      it.skip(`${name}: ${reason}`);
      continue;
    }
    it(`${name} runs, figures as text`, async function () {
      if (long.test(name) && !all) this.skip();
      cpSync(join("notebooks", name), join(folder, name));
      const notebook = await runNotebook(join(folder, name), undefined, { kernel: "tslab", cwd: folder, parameters: quick(name) });
      assert.deepEqual([...new Set(statuses(notebook))], ["completed"]);
      if (/\bplot\./.test(readFileSync(join("notebooks", name), "utf8"))) assert.ok(shown(notebook).some((text) => text.includes("Figure {")));
    });
  }
});
