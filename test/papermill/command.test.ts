/** The command papermill itself: parameters of every type, and cells that fail or take the kernel with them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installInto } from "../../src/cli/install.js";
import { formatNotebook, type Notebook } from "../../src/jupyter/nbformat.js";
import { readNotebook } from "../../src/run/notebook.js";
import { requirePython } from "../python.js";
import { code, notebook, scratch, shown, statuses } from "../run/notebooks.js";

describe("papermill as a command", function () {
  this.timeout(120_000);
  const folder = scratch();
  let python: string;
  before(function () {
    python = requirePython(this, "evtlab_papermill");
    installInto(join(folder, "jupyter"));
  });

  function papermill(input: Notebook, ...args: string[]): { status: number | null; stderr: string; output: Notebook } {
    const [path, out] = [join(folder, "in.ipynb"), join(folder, "out.ipynb")];
    writeFileSync(path, formatNotebook(input));
    const { status, stderr } = spawnSync(python, ["-m", "papermill", path, out, "--no-progress-bar", ...args], { encoding: "utf8", env: { ...process.env, JUPYTER_PATH: join(folder, "jupyter") } });
    return { status, stderr, output: readNotebook(out) };
  }

  it("passes numbers, text, booleans, nothing, lists and objects", () => {
    const text = 'says "hi", it\'s\na second line with `ticks`, ${braces} and \\ back';
    const declared = "let count: number = 0;\nlet share = 0.1;\nlet text = '';\nlet flag = false;\nlet off = true;\nlet nothing: string | null = 'x';\nlet missing = 1;\nlet list: number[] = [];\nlet record: { a: number; b: string[] } = { a: 0, b: [] };";
    const check = "[count, share, text, flag, off, nothing, Number.isNaN(missing), list, record].map((value) => JSON.stringify(value)).join('\\n')";
    const y = JSON.stringify({ list: [1, 2.5, -3], record: { a: 1, b: ["x\ny", "'"] } });
    const { status, stderr, output } = papermill(notebook(code(declared, "parameters"), code(`console.log(${check})`)), ...["count", "7", "share", "0.25", "text", text, "flag", "True", "off", "False", "nothing", "None", "missing", "NaN"].flatMap((part, i) => (i % 2 === 0 ? ["-p", part] : [part])), "-y", y);
    assert.equal(status, 0, stderr);
    const expected = [7, 0.25, text, true, false, null, true, [1, 2.5, -3], { a: 1, b: ["x\ny", "'"] }].map((value) => JSON.stringify(value));
    assert.deepEqual(shown(output), [`${expected.join("\n")}\n`]);
  });

  it("saves a cell that fails, with its error, and ends with an error", () => {
    const { status, stderr, output } = papermill(notebook(code("1"), code('throw new RangeError("too far")'), code("2")));
    assert.equal(status, 1);
    assert.match(stderr, /RangeError.*too far/s);
    assert.deepEqual(shown(output), ["1", "RangeError: too far"]);
    assert.deepEqual(statuses(output).filter((found) => found === "failed" || found === "pending"), ["failed", "pending"]);
  });

  it("says when the process that runs the cells ends in the middle of one", () => {
    const { status, output } = papermill(notebook(code("process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined);"), code("2")));
    assert.equal(status, 1);
    assert.match(shown(output).join(), /ProcessEnded: The process that runs the cells ended \(signal SIGKILL\)/);
  });

  it("says when the kernel itself dies in the middle of a cell", () => {
    const { status, stderr } = papermill(notebook(code("process.kill(process.ppid, 'SIGKILL'); await new Promise(() => undefined);"), code("2")));
    assert.notEqual(status, 0);
    assert.match(stderr, /Kernel died/);
  });
});
