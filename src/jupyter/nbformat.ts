/**
 * Notebook files: nbformat 4.
 *
 * In memory a text is one string; on disk it is a list of lines, keys are sorted and the indent is one space,
 * as Jupyter itself writes them, so that a notebook that passes through here gives a small diff.
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html
 * @module
 */
import { NotebookError } from "../errors.js";
import type { Json, MimeBundle } from "./messages.js";

/** Metadata of a notebook, a cell or an output. */
export type Metadata = { [key: string]: Json };

export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: string;
}
export interface DisplayOutput {
  output_type: "display_data" | "execute_result";
  data: MimeBundle;
  metadata: Metadata;
  /** Only of an `execute_result`. */
  execution_count?: number | null;
}
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}
export type CellOutput = StreamOutput | DisplayOutput | ErrorOutput;

interface CellBase {
  /** 1 to 64 letters, digits, "-" or "_"; unique in the notebook (nbformat 4.5). */
  id?: string;
  metadata: Metadata;
  source: string;
}
export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: CellOutput[];
}
export interface TextCell extends CellBase {
  cell_type: "markdown" | "raw";
  attachments?: Metadata;
}
export type Cell = CodeCell | TextCell;

export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: Metadata;
  cells: Cell[];
}

/** Tags of a cell; empty when it has none. */
export function cellTags(cell: Cell): readonly string[] {
  const tags = cell.metadata["tags"];
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** JSON, also with the NaN and the infinities that Python writes, as papermill does for parameters: those become null. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = text.replace(/("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g, (_, quoted: string | undefined) => quoted ?? "null");
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}

/**
 * Reads a notebook. Version 4.0 to 4.4 is brought to 4.5 by giving each cell an id.
 * @throws NotebookError when the text is not a notebook of version 4.
 */
export function parseNotebook(text: string, where = "notebook"): Notebook {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new NotebookError({ where, expected: "a notebook, which is a JSON document", received: (cause as Error).message, cause });
  }
  if (!isObject(value) || value["nbformat"] !== 4 || !Array.isArray(value["cells"])) {
    const version = isObject(value) && "nbformat" in value ? `nbformat ${String(value["nbformat"])}` : "a JSON document without nbformat and cells";
    throw new NotebookError({ where, expected: "a notebook of nbformat 4", received: version, next: "Open and save it in JupyterLab to bring it to nbformat 4" });
  }
  const cells = value["cells"].map((cell: unknown, index) => parseCell(cell, `${where}, cell ${index + 1}`));
  nameCells(cells);
  const minor = typeof value["nbformat_minor"] === "number" ? value["nbformat_minor"] : 0;
  return {
    nbformat: 4,
    nbformat_minor: Math.max(minor, 5),
    metadata: isObject(value["metadata"]) ? (value["metadata"] as Metadata) : {},
    cells,
  };
}

/** The text of a notebook file. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const source = toLines(cell.source);
    return cell.cell_type === "code" ? { ...cell, source, outputs: cell.outputs.map(formatOutput) } : { ...cell, source };
  });
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

function parseCell(cell: unknown, where: string): Cell {
  if (!isObject(cell) || !["code", "markdown", "raw"].includes(cell["cell_type"] as string)) {
    throw new NotebookError({ where, expected: "a code, markdown or raw cell", received: isObject(cell) ? `cell_type ${JSON.stringify(cell["cell_type"])}` : typeof cell });
  }
  const { source, metadata, ...rest } = cell;
  const common = { ...rest, source: joinLines(source, `${where}, source`), metadata: isObject(metadata) ? metadata : {} };
  if (cell["cell_type"] !== "code") return common as unknown as TextCell;
  const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"].map((output: unknown) => parseOutput(output, where)) : [];
  return { ...common, outputs, execution_count: (cell["execution_count"] as number | null | undefined) ?? null } as CodeCell;
}

function parseOutput(output: unknown, where: string): CellOutput {
  if (!isObject(output)) throw new NotebookError({ where, expected: "an output object", received: typeof output });
  if (output["output_type"] === "stream") return { ...output, text: joinLines(output["text"], where) } as StreamOutput;
  if (!isObject(output["data"])) return output as unknown as ErrorOutput;
  const data = Object.entries(output["data"]).map(([mime, value]) => [mime, isJsonMime(mime) ? value : joinLines(value, `${where}, ${mime}`)]);
  return { metadata: {}, ...output, data: Object.fromEntries(data) } as DisplayOutput;
}

function formatOutput(output: CellOutput): object {
  if (output.output_type === "stream") return { ...output, text: toLines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([mime, value]) => [mime, typeof value === "string" && !isBinaryMime(mime) && !isJsonMime(mime) ? toLines(value) : value]);
  return { ...output, data: Object.fromEntries(data) };
}

/** Gives an id to each cell that has none; derived from its position, so that the result is the same each time. */
function nameCells(cells: readonly Cell[]): void {
  const taken = new Set(cells.map((cell) => cell.id));
  cells.forEach((cell, index) => {
    if (typeof cell.id === "string" && /^[\w-]{1,64}$/.test(cell.id)) return;
    let id = `cell-${index + 1}`;
    while (taken.has(id)) id += "-";
    taken.add(id);
    cell.id = id;
  });
}

const isJsonMime = (mime: string): boolean => /^application\/(.*\+)?json$/.test(mime);
const isBinaryMime = (mime: string): boolean => /^image\/(?!svg)|^application\/pdf$|^(audio|video)\//.test(mime);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function joinLines(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  if (value === undefined) return "";
  throw new NotebookError({ where, expected: "a string or a list of lines", received: JSON.stringify(value)?.slice(0, 60) ?? typeof value });
}

const toLines = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).toSorted().map((key) => [key, sortKeys(value[key])]));
}
