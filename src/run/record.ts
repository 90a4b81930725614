/**
 * The record of a run in a notebook's metadata, in papermill's fields.
 * @module
 */
import type { Json } from "../jupyter/messages.js";
import { cellTags, type Cell, type Metadata, type Notebook } from "../jupyter/nbformat.js";
import type { Parameters, ParameterValue } from "./parameters.js";

type CellStatus = "pending" | "running" | "completed" | "failed";

/** Start and end of a run and of its cells. Changes the notebook it is given. */
export class RunRecord {
  readonly #notebook: Notebook;
  readonly #record: Metadata;
  #start = new Date();

  constructor(notebook: Notebook, facts: { parameters: Parameters | undefined; inputPath: string; outputPath: string | null; version: string }) {
    this.#notebook = notebook;
    const before = notebook.metadata["papermill"] as Metadata | undefined;
    this.#record = notebook.metadata["papermill"] = {
      ...(before ?? { default_parameters: {}, parameters: {}, environment_variables: {}, version: facts.version }),
      ...(facts.parameters && { parameters: toJson(facts.parameters) }),
      input_path: facts.inputPath,
      output_path: facts.outputPath,
    };
    for (const cell of notebook.cells) cell.metadata["tags"] = [...cellTags(cell)];
  }

  /** Cells from `first` on are pending; those before keep what an earlier run has recorded. */
  start(first = 0): void {
    this.#start = new Date();
    Object.assign(this.#record, { start_time: this.#start.toISOString(), end_time: null, duration: null, exception: null });
    for (const cell of this.#notebook.cells.slice(first)) {
      cell.metadata["papermill"] = { exception: null, start_time: null, end_time: null, duration: null, status: "pending" };
      if (cell.cell_type !== "code") continue;
      cell.execution_count = null;
      cell.outputs = [];
      delete cell.metadata["execution"];
    }
  }

  startCell(cell: Cell): void {
    if (cell.cell_type === "code") cell.outputs = [];
    this.#set(cell, { start_time: new Date().toISOString(), status: "running", exception: false });
  }

  endCell(cell: Cell, status: Extract<CellStatus, "completed" | "failed">): void {
    const end = new Date();
    const start = (cell.metadata["papermill"] as { start_time: string }).start_time;
    this.#set(cell, { end_time: end.toISOString(), duration: (end.getTime() - Date.parse(start)) / 1000, status });
    if (status === "completed") return;
    this.#set(cell, { exception: true });
    this.#record["exception"] = true;
  }

  end(): void {
    const end = new Date();
    Object.assign(this.#record, { end_time: end.toISOString(), duration: (end.getTime() - this.#start.getTime()) / 1000 });
  }

  #set(cell: Cell, fields: Metadata): void {
    cell.metadata["papermill"] = { ...(cell.metadata["papermill"] as Metadata | undefined), ...fields };
  }
}

/** JSON has no NaN, no infinity and no integers beyond 2^53: those are kept as text. */
function toJson(value: ParameterValue): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field as ParameterValue)]));
}
