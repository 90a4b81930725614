/**
 * Puts parameters into a notebook, in the place where papermill puts them.
 * @module
 */
import { cellTags, type Cell, type CodeCell, type Notebook } from "../jupyter/nbformat.js";
import type { Parameters } from "./parameters.js";
import { declaredParameters, parametersSource, type DeclaredParameter } from "./translate.js";

export const parametersTag = "parameters";
export const injectedTag = "injected-parameters";

export interface Injection {
  readonly notebook: Notebook;
  /** What the reader should know: no parameters cell, names that the cell does not declare. */
  readonly warnings: readonly string[];
}

/** The parameters that the notebook declares in its cells tagged "parameters"; undefined without such a cell. */
export function notebookParameters(notebook: Notebook, language: string): readonly DeclaredParameter[] | undefined {
  const cells = notebook.cells.filter((candidate) => cellTags(candidate).includes(parametersTag));
  return cells.length === 0 ? undefined : cells.flatMap(({ source }) => declaredParameters(language, source));
}

/**
 * A notebook with the parameters in a cell of their own: it replaces an injected cell of an earlier run,
 * follows the cell tagged "parameters", or stands at the top when there is neither.
 *
 * With several cells tagged "parameters", each is followed by the values of those that it declares; names that none
 * declares follow the first.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters, language: string): Injection {
  const declared = notebookParameters(notebook, language);
  const known = declared === undefined || declared.length === 0 ? "" : ` (the notebook has ${declared.map(({ name }) => name).join(", ")})`;
  const warnings = Object.keys(parameters)
    .filter((name) => !declared?.some((parameter) => parameter.name === name))
    .map((name) => `Passed unknown parameter: ${name}${known}`);
  const has = (tag: string) => (cell: Cell): boolean => cellTags(cell).includes(tag);
  const groups = notebook.cells.filter(has(parametersTag)).map((cell) => declaredParameters(language, cell.source));
  if (groups.length > 1) return { notebook: injectEach(notebook, parameters, language, groups), warnings };

  const [injected, tagged] = [injectedTag, parametersTag].map((tag) => notebook.cells.findIndex(has(tag))) as [number, number];
  const before = injected >= 0 ? injected : tagged + 1;
  const after = injected >= 0 ? injected + 1 : before;
  if (injected < 0 && tagged < 0) warnings.push(`Input notebook does not contain a cell with tag '${parametersTag}'`);
  const cell = injectedCell(notebook.cells, parametersSource(language, parameters, declared));
  const cells: Cell[] = [...notebook.cells.slice(0, before), cell, ...notebook.cells.slice(after)];
  return { notebook: { ...notebook, cells }, warnings };
}

function injectEach(notebook: Notebook, parameters: Parameters, language: string, groups: readonly (readonly DeclaredParameter[])[]): Notebook {
  const groupOf = (name: string): number => Math.max(0, groups.findLastIndex((declared) => declared.some((parameter) => parameter.name === name)));
  const cells: Cell[] = [];
  let group = 0;
  for (const cell of notebook.cells) {
    const tags = cellTags(cell);
    if (tags.includes(injectedTag)) continue;
    cells.push(cell);
    if (!tags.includes(parametersTag)) continue;
    const values = Object.fromEntries(Object.entries(parameters).filter(([name]) => groupOf(name) === group));
    if (Object.keys(values).length > 0) cells.push(injectedCell([...notebook.cells, ...cells], parametersSource(language, values, groups[group])));
    group++;
  }
  return { ...notebook, cells };
}

function injectedCell(cells: readonly Cell[], source: string): CodeCell {
  return { cell_type: "code", id: newCellId(cells, injectedTag), metadata: { tags: [injectedTag] }, execution_count: null, outputs: [], source };
}

/** `wanted`, made unique among the cells. */
export function newCellId(cells: readonly Cell[], wanted: string): string {
  let id = wanted;
  while (cells.some((cell) => cell.id === id)) id += "-";
  return id;
}
