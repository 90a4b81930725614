/** Notebooks for tests. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Cell, CodeCell, Notebook } from "../../src/jupyter/nbformat.js";

export function code(source: string, ...tags: string[]): CodeCell {
  return { cell_type: "code", metadata: tags.length > 0 ? { tags } : {}, source, execution_count: null, outputs: [] };
}

export function text(source: string): Cell {
  return { cell_type: "markdown", metadata: {}, source };
}

/** A notebook of our kernel. */
export function notebook(...cells: Cell[]): Notebook {
  cells.forEach((cell, index) => (cell.id = `c${index}`));
  const kernelspec = { name: "evtlab", language: "typescript", display_name: "TypeScript (evtlab)" };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
}

/** All that the code cells printed, and the text of their results. */
export function shown({ cells }: Notebook): string[] {
  return cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : [])).map((output) => {
    if (output.output_type === "stream") return output.text;
    if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
    return String(output.data["text/plain"]);
  });
}

/** Status of each cell, as papermill records it. */
export function statuses({ cells }: Notebook): unknown[] {
  return cells.map((cell) => (cell.metadata["papermill"] as { status?: string } | undefined)?.status);
}

/** Parameters with which a tutorial that makes data and trains for minutes runs in seconds; none for others. */
export function quick(path: string): Readonly<Record<string, string | number>> {
  const all = JSON.parse(readFileSync("test/quick-tutorials.json", "utf8")) as Record<string, Record<string, string | number>>;
  return all[basename(path, ".ipynb")] ?? {};
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "evtlab-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
