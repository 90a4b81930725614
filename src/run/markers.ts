/**
 * The two cells that mark where a run failed: a banner on top that links to an anchor before the failed cell.
 * Tag and text are papermill's, so that each tool removes the markers of the other.
 * @module
 */
import { cellTags, type Cell, type Notebook } from "../jupyter/nbformat.js";
import { newCellId } from "./inject.js";

const markerTag = "papermill-error-cell-tag";
const style = 'style="color:red; font-family:Helvetica Neue, Helvetica, Arial, sans-serif; font-size:2em;"';

/** The notebook with markers for the cell at `index`. */
export function addErrorMarkers(notebook: Notebook, index: number): Notebook {
  const failed = notebook.cells[index]!;
  const count = failed.cell_type === "code" ? (failed.execution_count ?? "None") : "None";
  const marker = (id: string, source: string): Cell => ({ cell_type: "markdown", id: newCellId(notebook.cells, id), metadata: { tags: [markerTag] }, source });
  const banner = marker("papermill-error-banner", `<span ${style}>An Exception was encountered at '<a href="#papermill-error-cell">In [${count}]</a>'.</span>`);
  const anchor = marker("papermill-error-anchor", `<span id="papermill-error-cell" ${style}>Execution using papermill encountered an exception here and stopped:</span>`);
  return { ...notebook, cells: [banner, ...notebook.cells.slice(0, index), anchor, ...notebook.cells.slice(index)] };
}

/** The notebook without the markers of an earlier run. */
export function removeErrorMarkers(notebook: Notebook): Notebook {
  return { ...notebook, cells: notebook.cells.filter((cell) => !cellTags(cell).includes(markerTag)) };
}
