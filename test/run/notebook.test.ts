import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CellError } from "../../src/errors.js";
import { formatNotebook, type Notebook } from "../../src/jupyter/nbformat.js";
import { readNotebook, runNotebook } from "../../src/run/notebook.js";
import type { RunOptions } from "../../src/run/options.js";
import { code, notebook, scratch, shown, statuses, text } from "./notebooks.js";

describe("runNotebook with our kernel", function () {
  this.timeout(60_000);
  const folder = scratch();
  let files = 0;
  const run = async (input: Notebook, options: RunOptions = {}): Promise<{ saved: Notebook; error: unknown; path: string }> => {
    const path = join(folder, `${files++}.ipynb`);
    const error: unknown = await runNotebook(input, path, options).then(() => undefined, (thrown: unknown) => thrown);
    return { saved: readNotebook(path), error, path };
  };

  it("gives parameters of every type to the cells, and keeps results and streams", async () => {
    const parameters = { s: 'é "q" \\ \n😀', i: -3, f: 0.25, b: false, n: null, big: 2n ** 60n, list: [1, "x"], map: { a: { b: [] } } };
    const declared = 'let s: string = ""; let i = 0, f = 0, b = true;\nlet n: string | null = "";\nlet list: (number | string)[] = [];\nlet map = {};\nlet big = 0n;';
    const printed = "console.log(JSON.stringify([s, i, f, b, n, String(big), list, map]))";
    const input = notebook(text("# t"), code(declared, "parameters"), code(printed), code("console.error('e'); i * 2"), code(""));
    const before = formatNotebook(input);
    const { saved, error } = await run(input, { parameters });
    assert.equal(error, undefined);
    assert.equal(formatNotebook(input), before, "the input is not changed");
    const { big, ...json } = parameters;
    const { s, i, f, b, n, list, map } = json;
    assert.deepEqual(JSON.parse(shown(saved)[0]!), [s, i, f, b, n, String(big), list, map]);
    assert.deepEqual(shown(saved).slice(1), ["e\n", "-6"]);
    assert.deepEqual(statuses(saved), Array(6).fill("completed"));
    const record = saved.metadata["papermill"] as Record<string, unknown>;
    assert.deepEqual(record["parameters"], { ...json, big: String(big) });
    assert.equal(record["exception"], null);
    assert.ok(Number(record["duration"]) > 0);
    assert.equal((saved.metadata["language_info"] as { name: string }).name, "typescript");
  });

  it("marks a failure, leaves later cells pending, and clears the marks in the next run", async () => {
    const { saved, error, path } = await run(notebook(code("let a = 1", "parameters"), code('throw new TypeError("no " + a)'), code("a")));
    assert.equal((error as CellError).tag, "CellError");
    assert.equal((error as CellError).cellIndex, 1);
    assert.match(saved.cells[0]!.source, /An Exception was encountered at '<a href="#papermill-error-cell">In \[2\]/);
    assert.match(saved.cells[2]!.source, /id="papermill-error-cell"/);
    assert.deepEqual(statuses(saved), [undefined, "completed", undefined, "failed", "pending"]);
    assert.deepEqual(shown(saved), ["TypeError: no 1"]);
    const again = await run(readNotebook(path), { parameters: { a: 2 } });
    assert.equal(again.saved.cells.length, 6);
    assert.deepEqual(shown(again.saved), ["TypeError: no 2"]);
  });

  it("goes on after a cell that may fail", async () => {
    const { saved, error } = await run(notebook(code('throw new Error("expected")', "raises-exception"), code("1 + 1")));
    assert.equal(error, undefined);
    assert.deepEqual(shown(saved), ["Error: expected", "2"]);
  });

  it("stops a cell that takes too long", async () => {
    const { saved, error } = await run(notebook(code("console.log('began'); while (true) {}"), code("1")), { executionTimeout: 1 });
    assert.equal((error as CellError).ename, "CellTimeoutError");
    assert.ok(shown(saved).some((output) => output.startsWith("CellTimeoutError")));
    assert.deepEqual(statuses(saved).slice(-1), ["pending"]);
  });

  it("leaves a whole notebook when it is interrupted", async () => {
    const abort = new AbortController();
    const { saved, error } = await run(notebook(code("console.log('first')"), code("console.log('second'); await new Promise(() => {})"), code("3")), {
      signal: abort.signal,
      onOutput: (output) => {
        if (output.output_type === "stream" && output.text.includes("second")) abort.abort(new Error("enough"));
      },
    });
    assert.equal((error as Error).message, "enough");
    assert.deepEqual(statuses(saved).filter((status) => status !== undefined), ["completed", "failed", "pending"]);
    assert.ok(shown(saved).join("").includes("second"));
  });

  it("goes on in the same kernel with the mended input", async () => {
    const path = join(folder, "mended-in.ipynb");
    const write = (...cells: Parameters<typeof notebook>): void => writeFileSync(path, formatNotebook(notebook(...cells)));
    const first = code("let runs: number[] = [Math.random()]; runs[0]");
    write(first, code("runs.push(2);"), code('throw new Error("no")'));
    const asked: string[] = [];
    const result = await runNotebook(path, join(folder, "mended.ipynb"), {
      onWarning: (warning) => asked.push(warning),
      onFailure: ({ evalue }) => {
        asked.push(evalue);
        const saved = readNotebook(join(folder, "mended.ipynb"));
        assert.ok(saved.cells.some(({ source }) => source.includes("papermill-error-cell")), "the failed state is on disk");
        if (asked.length === 1) writeFileSync(path, "{ half");
        else write(first, code("runs.push(2);"), code("runs.length"), text("# new"), code("runs[0]"));
        return true;
      },
    });
    assert.equal(asked[0], "no");
    assert.match(asked[1]!, /mended-in/);
    assert.equal(asked.length, 3);
    const outputs = shown(result);
    assert.deepEqual(outputs, [outputs[0], "2", "2", outputs[0]], "the first cells ran once");
    assert.deepEqual(statuses(result), Array(5).fill("completed"));
  });

  it("runs again what a transient failure has stopped", async () => {
    let failures = 0;
    const input = notebook(code("let tries = 0;"), code('if (++tries < 3) throw new Error("busy"); tries'));
    const result = await runNotebook(input, undefined, { onFailure: () => ++failures < 5 });
    assert.deepEqual(shown(result), ["3"]);
    assert.equal(failures, 2);
  });

  it("resumes what was saved: variables anew, cells that run once not, outputs never lost", async () => {
    const count = join(folder, "count.txt");
    const path = join(folder, "resumed.ipynb");
    const cells = (last: string) => [
      code("let n = 1", "parameters"),
      code(`import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(count)}, "slow "); console.log("trained", Math.random())`, "run-once"),
      code("let m = n + 1; [m, Math.random()]"),
      code(last),
    ];
    const warnings: string[] = [];
    const options = { resume: true, parameters: { n: 5 }, onWarning: (warning: string) => warnings.push(warning) };
    await assert.rejects(runNotebook(notebook(...cells('throw new Error("no")')), path, options), { tag: "CellError" });
    const before = shown(readNotebook(path));
    const result = await runNotebook(notebook(...cells("m * 10")), path, options);
    assert.equal(shown(result)[0], before[0], "the output of the cell that runs once is kept");
    assert.notEqual(shown(result)[1], before[1], "the cell that ran again shows what it did");
    assert.equal(shown(result)[2], "60");
    assert.equal(readFileSync(count, "utf8"), "slow ");
    assert.deepEqual(statuses(readNotebook(path)), Array(5).fill("completed"));
    assert.match(warnings[0]!, /Nothing to resume/);
    assert.match(warnings[1]!, /4 cells completed before; 1 tagged "run-once" is not run again, 3 are/);
    await runNotebook(notebook(...cells("m * 10")), path, { ...options, parameters: { n: 6 } });
    assert.equal(readFileSync(count, "utf8"), "slow slow ", "other parameters, another run");
    await assert.rejects(runNotebook(notebook(code("1")), undefined, { resume: true }), { tag: "NotebookError" });
  });

  it("saves around every cell, always a whole file", async () => {
    const path = join(folder, "atomic.ipynb");
    const seen: unknown[][] = [];
    await runNotebook(notebook(code("1"), code("2")), path, {
      onProgress: ({ cell }) => cell > 0 && seen.push(statuses(readNotebook(path))),
    });
    assert.deepEqual(seen, [["completed", "pending"], ["completed", "completed"]]);
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith(".part")), []);
  });

  it("loses nothing of 10,000 lines", async () => {
    const { saved } = await run(notebook(code("for (let i = 0; i < 10_000; i++) console.log(i)")));
    assert.equal(shown(saved)[0], Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(""));
  });

  it("prepares without running", async () => {
    const { saved } = await run(notebook(code("let a = 1", "parameters"), code("a")), { prepareOnly: true, reportMode: true, parameters: { a: 5 } });
    assert.deepEqual(shown(saved), []);
    assert.equal(saved.cells[1]!.source, "// Parameters\nlet a = 5;\n");
    assert.deepEqual(saved.cells[1]!.metadata["jupyter"], { source_hidden: true });
  });

  it("refuses what it cannot run with a sentence", async () => {
    const broken = join(folder, "broken.ipynb");
    writeFileSync(broken, "{");
    await assert.rejects(runNotebook(broken), { tag: "NotebookError" });
    await assert.rejects(runNotebook(join(folder, "missing.ipynb")), { tag: "NotebookError" });
    await assert.rejects(runNotebook(notebook(), undefined, { kernel: "nope" }), /installed kernels/);
    const python = notebook(code("import numpy as np"));
    python.metadata["language_info"] = { name: "python" };
    await assert.rejects(runNotebook(python), { tag: "NotebookError", message: /a notebook of python.*--kernel/ });
    await assert.rejects(runNotebook(notebook(code("1")), join(folder, "no", "folder.ipynb")), { tag: "SourceError" });
    await assert.rejects(runNotebook(notebook(), undefined, { timeout: 3 } as RunOptions), { tag: "OptionError" });
    assert.equal(readFileSync(broken, "utf8"), "{");
  });
});
