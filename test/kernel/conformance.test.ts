import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ownKernelspec } from "../../src/jupyter/kernelspecs.js";

const root = join(import.meta.dirname, "../..");

/** A Python that has jupyter_kernel_test. */
function findPython(): string | undefined {
  const candidates = [process.env["EVTLAB_PYTHON"], join(root, ".evtlab/python/bin/python")];
  return candidates.find((python) => python !== undefined && existsSync(python) && spawnSync(python, ["-c", "import jupyter_kernel_test"]).status === 0);
}

describe("kernel: jupyter_kernel_test", () => {
  it("passes every test that applies to TypeScript (needs EVTLAB_PYTHON with jupyter_kernel_test)", function () {
    const python = findPython();
    if (python === undefined) return this.skip();
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), "evtlab-jupyter-"));
    try {
      mkdirSync(join(folder, "kernels/evtlab"), { recursive: true });
      writeFileSync(join(folder, "kernels/evtlab/kernel.json"), JSON.stringify(ownKernelspec()));
      const { status, stderr } = spawnSync(python, [join(import.meta.dirname, "python/test_evtlab.py")], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, JUPYTER_PATH: folder },
      });
      assert.equal(status, 0, stderr);
      assert.doesNotMatch(stderr, /skipped=/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
