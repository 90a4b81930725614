import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { formatNotebook, type Notebook } from "../src/jupyter/nbformat.js";
import { notebookHtml } from "../src/run/html.js";
import { runNotebook } from "../src/run/notebook.js";
import { notebookFromScript } from "../src/run/percent-script.js";
import { quick } from "./run/notebooks.js";

const scripts = readdirSync("notebooks").filter((name) => name.endsWith(".ts")).toSorted();

describe("notebooks", function () {
  this.timeout(120_000);
  // Where JupyterLab runs them; what they make is kept there, in .evtlab.
  const cwd = "notebooks";

  for (const script of scripts) {
    const path = `notebooks/${script.replace(/\.ts$/, ".ipynb")}`;

    it(`${path} is what npm run notebooks makes of its script`, () => {
      assert.equal(readFileSync(path, "utf8"), formatNotebook(notebookFromScript(readFileSync(`notebooks/${script}`, "utf8"), script)));
    });

    it(`${path} shows its code without scrolling sideways, and names the notebook to read next`, () => {
      const cells = notebookFromScript(readFileSync(`notebooks/${script}`, "utf8"), script).cells;
      const code = cells.filter(({ cell_type }) => cell_type === "code").flatMap(({ source }) => [source].flat().join("").split("\n"));
      // What JupyterLab has room for in a window of 1280 pixels beside its list of files.
      assert.deepEqual(code.filter((line) => line.length > 106), []);
      const links = cells.flatMap(({ source }) => [...[source].flat().join("").matchAll(/\]\(([\w-]+\.ipynb)\)/g)].map((match) => match[1]!));
      for (const link of links) assert.ok(scripts.includes(link.replace(".ipynb", ".ts")), link);
      const next = scripts[scripts.indexOf(script) + 1];
      if (next !== undefined) assert.ok(links.includes(next.replace(".ts", ".ipynb")), next);
    });

    it(`${path} runs, and its page stands alone`, async () => {
      // One that makes nothing runs anywhere: what it shows comes with the package.
      const elsewhere = script.startsWith("07") ? { cwd: "test" } : { cwd };
      checkPage(await runNotebook(path, undefined, { ...elsewhere, parameters: quick(path) }));
    });
  }

  it("cells of a script keep their order, kind and tags", () => {
    const made = notebookFromScript('// %% [markdown]\n// # One\n//\n// two\n// %% [parameters]\nlet a = 1;\n\n// %%\na\n// %% [hidden, raises-exception]\na\n', "test.ts");
    const cells = made.cells.map(({ cell_type, source, metadata }) => ({ cell_type, source, metadata }));
    assert.deepEqual(cells, [
      { cell_type: "markdown", source: "# One\n\ntwo", metadata: {} },
      { cell_type: "code", source: "let a = 1;", metadata: { tags: ["parameters"] } },
      { cell_type: "code", source: "a", metadata: {} },
      { cell_type: "code", source: "a", metadata: { tags: ["hidden", "raises-exception"] } },
    ]);
    assert.throws(() => notebookFromScript("let a = 1;", "test.ts"), /first line/);
  });
});

/** Pictures lie in the page; nothing is fetched. */
function checkPage(notebook: Notebook): void {
  const page = notebookHtml(notebook);
  assert.ok((page.match(/<img [^>]*src="data:image\/png;base64,/g) ?? []).length >= 3);
  assert.doesNotMatch(page, /\bsrc="(?!data:)/);
  assert.doesNotMatch(page, /<(?:link|iframe)\b|<script\b[^>]*\bsrc\b/);
}
