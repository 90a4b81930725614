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

/** The parameters that the notebook declares in its cell tagged "parameters"; undefined without such a cell. */
export function notebookParameters(notebook: Notebook, language: string): readonly DeclaredParameter[] | undefined {
  const cell = notebook.cells.find((candidate) => cellTags(candidate).includes(parametersTag));
  return cell && declaredParameters(language, cell.source);
}

/**
 * A notebook with the parameters in a cell of their own: it replaces an injected cell of an earlier run,
 * follows the cell tagged "parameters", or stands at the top when there is neither.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters, language: string): Injection {
  const declared = notebookParameters(notebook, language);
  const warnings = Object.keys(parameters)
    .filter((name) => !declared?.some((parameter) => parameter.name === name))
    .map((name) => `Passed unknown parameter: ${name}`);
  const at = (tag: string): number => notebook.cells.findIndex((cell) => cellTags(cell).includes(tag));
  const [injected, tagged] = [at(injectedTag), at(parametersTag)];
  const before = injected >= 0 ? injected : tagged + 1;
  const after = injected >= 0 ? injected + 1 : before;
  if (injected < 0 && tagged < 0) warnings.push(`Input notebook does not contain a cell with tag '${parametersTag}'`);
  const cell: CodeCell = {
    cell_type: "code",
    id: newCellId(notebook, injectedTag),
    metadata: { tags: [injectedTag] },
    execution_count: null,
    outputs: [],
    source: parametersSource(language, parameters, declared),
  };
  const cells: Cell[] = [...notebook.cells.slice(0, before), cell, ...notebook.cells.slice(after)];
  return { notebook: { ...notebook, cells }, warnings };
}

/** `wanted`, made unique among the cells of the notebook. */
export function newCellId(notebook: Notebook, wanted: string): string {
  let id = wanted;
  while (notebook.cells.some((cell) => cell.id === id)) id += "-";
  return id;
}
