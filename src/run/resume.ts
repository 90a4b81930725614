/**
 * Going on after a failure.
 *
 * The variables of a kernel that has ended are gone and no notebook can bring them back: cells that completed are run
 * again for them, but for those tagged "run-once". Where the kernel still lives, nothing is run twice.
 * @module
 */
import { cellTags, type Notebook } from "../jupyter/nbformat.js";
import { removeErrorMarkers } from "./markers.js";

/** A completed cell with this tag is not run again: what it made lies in files, and later cells need none of its variables. */
export const runOnceTag = "run-once";

/**
 * The number of leading cells of `notebook` that `before` completed with the same code. Only code counts: parameters
 * stand in a cell of their own, so a new value is a change. What those cells have shown goes into `notebook` itself.
 */
export function keepCompleted(notebook: Notebook, before: Notebook): number {
  const earlier = removeErrorMarkers(before).cells.filter(({ cell_type }) => cell_type === "code").values();
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    const { value: ran } = earlier.next();
    const { status } = (ran?.metadata["papermill"] ?? {}) as { status?: string };
    if (ran?.cell_type !== "code" || ran.source !== cell.source || status !== "completed") return index;
    cell.outputs = ran.outputs;
    cell.execution_count = ran.execution_count;
    cell.metadata["papermill"] = ran.metadata["papermill"]!;
  }
  return notebook.cells.length;
}

/** Which of the first `completed` cells need not run in a new kernel. */
export function cellsRunOnce(notebook: Notebook, completed: number): ReadonlySet<number> {
  return new Set(notebook.cells.slice(0, completed).flatMap((cell, index) => (cellTags(cell).includes(runOnceTag) ? [index] : [])));
}

/** What a resumed run does, as a sentence. */
export function resumption(notebook: Notebook, completed: number): string {
  const cells = notebook.cells.slice(0, completed).filter(({ cell_type, source }) => cell_type === "code" && source.trim() !== "");
  const kept = cells.filter((cell) => cellTags(cell).includes(runOnceTag)).length;
  return `Resuming: ${cells.length} cells completed before; ${kept} tagged "${runOnceTag}" ${kept === 1 ? "is" : "are"} not run again, ${cells.length - kept} ${cells.length - kept === 1 ? "is" : "are"}, for the variables.`;
}
