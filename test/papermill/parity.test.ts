import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installInto } from "../../src/cli/install.js";
import { formatNotebook, type CellOutput, type Notebook } from "../../src/jupyter/nbformat.js";
import { readNotebook, runNotebook } from "../../src/run/notebook.js";
import type { Parameters } from "../../src/run/parameters.js";
import { requirePython } from "../python.js";
import { code, notebook, scratch, text } from "../run/notebooks.js";

describe("papermill and evtlab run make the same notebook", function () {
  this.timeout(180_000);
  const folder = scratch();
  let python: string;
  before(function () {
    python = requirePython(this, "evtlab_papermill");
    installInto(join(folder, "jupyter"));
  });

  async function both(input: Notebook, parameters: Parameters): Promise<{ theirs: Notebook; ours: Notebook; status: number | null }> {
    const [path, theirs, ours] = ["in", "theirs", "ours"].map((name) => join(folder, `${name}.ipynb`)) as [string, string, string];
    writeFileSync(path, formatNotebook(input));
    const { status, stderr } = spawnSync(python, ["-m", "papermill", path, theirs, "-y", JSON.stringify(parameters), "--no-progress-bar"], {
      encoding: "utf8",
      env: { ...process.env, JUPYTER_PATH: join(folder, "jupyter") },
    });
    assert.ok(status === 0 || status === 1, stderr);
    await runNotebook(path, ours, { parameters }).catch(() => {});
    return { theirs: readNotebook(theirs), ours: readNotebook(ours), status };
  }

  const cells = () => [text("# t"), code('let name: string = "a"; // who\nlet list = [1];', "parameters"), code("console.log(name, list)"), code("list.length"), text("end")];

  it("when all cells run", async () => {
    const { theirs, ours, status } = await both(notebook(...cells()), { name: 'é "x"', list: [1, 2] });
    assert.equal(status, 0);
    assert.deepEqual(shape(ours), shape(theirs));
  });

  it("without parameters, and with a notebook that was run before", async () => {
    const { ours } = await both(notebook(...cells()), { name: "first" });
    const again = await both(ours, { name: "second" });
    assert.deepEqual(shape(again.ours), shape(again.theirs));
    const plain = await both(notebook(...cells()), {});
    assert.deepEqual(shape(plain.ours), shape(plain.theirs));
  });

  it("when a cell fails", async () => {
    const failing = [...cells(), code('throw new TypeError("no")'), code("1")];
    const { theirs, ours, status } = await both(notebook(...failing), { name: "b" });
    assert.equal(status, 1);
    assert.deepEqual(shape(ours), shape(theirs));
  });
});

/** A notebook without what differs from run to run: times, ids of new cells, paths and versions. */
function shape({ cells, metadata }: Notebook): unknown {
  return {
    cells: cells.map((cell) => ({
      type: cell.cell_type,
      source: cell.source,
      tags: cell.metadata["tags"] ?? [],
      papermill: cell.metadata["papermill"] === undefined || Object.keys(cell.metadata["papermill"] as object).length === 0 ? {} : fields(cell.metadata["papermill"]),
      ...(cell.cell_type === "code" && { count: cell.execution_count, outputs: cell.outputs.map(outputShape) }),
    })),
    papermill: fields(metadata["papermill"]),
    kernelspec: metadata["kernelspec"],
    language: metadata["language_info"],
  };
}

const varying = ["start_time", "end_time", "duration", "version", "input_path", "output_path"];

function fields(record: unknown): unknown {
  const entries = Object.entries(record as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, varying.includes(name) && value !== null ? typeof value : value]));
}

function outputShape(output: CellOutput): unknown {
  return output.output_type === "error" ? { ...output, traceback: output.traceback.length } : output;
}
