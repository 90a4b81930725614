/**
 * Runs a notebook from beginning to end, without Python: parameters in, executed notebook out.
 *
 * Fields, tags and order follow papermill 2.7 (https://papermill.readthedocs.io), so that tools which read its
 * notebooks read ours. Two differences: a cell tagged "raises-exception" may fail, and the run goes on; and a run that
 * stopped can be continued, with its kernel (`onFailure`) or from what it saved (`resume`).
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { checkOptions, isEvtlabError, NotebookError } from "../errors.js";
import { KernelClient } from "../jupyter/client.js";
import { findKernel, kernelName, type InstalledKernel } from "../jupyter/kernelspecs.js";
import { formatNotebook, parseNotebook, type Notebook } from "../jupyter/nbformat.js";
import { version } from "../version.js";
import { CellRunner, type Failure } from "./cells.js";
import { checkParameters } from "./check-parameters.js";
import { injectParameters, notebookParameters } from "./inject.js";
import { addErrorMarkers, removeErrorMarkers } from "./markers.js";
import { runOptionNames, type RunOptions } from "./options.js";
import { notebookFromScript } from "./percent-script.js";
import { RunRecord } from "./record.js";
import { cellsRunOnce, keepCompleted, resumption } from "./resume.js";
import { saveAtomically } from "./save.js";

/**
 * Runs the notebook at `input` (a path, or a notebook in memory, which is not changed), saves it at `output` when that
 * is given, and returns it.
 * @throws CellError when a cell fails: the saved notebook then has the error, papermill's markers, and later cells pending.
 * @throws KernelError when the kernel does not start or dies, NotebookError for an input that cannot be run,
 * and the reason of `signal` when it aborts.
 */
export async function runNotebook(input: string | Notebook, output?: string, options: RunOptions = {}): Promise<Notebook> {
  checkOptions("runNotebook", options, runOptionNames);
  options.signal?.throwIfAborted();
  let notebook = prepare(input, options);
  const startRecord = (): RunRecord => {
    const { parameters } = options;
    return new RunRecord(notebook, { parameters, inputPath: typeof input === "string" ? input : "", outputPath: output ?? null, version: `evtlab ${version}` });
  };
  let record = startRecord();
  const save = (saved: Notebook = notebook): void => {
    if (output !== undefined) saveAtomically(output, formatNotebook(saved));
  };
  if (options.prepareOnly) {
    save();
    return notebook;
  }
  const kernel = findKernel(kernelNameOf(notebook, options));
  checkLanguage(notebook, kernel);
  const completed = options.resume ? resume(notebook, output, options) : 0;
  const once = cellsRunOnce(notebook, completed);
  record.start(completed);
  const saveNow = options.saveEachCell === false ? () => {} : () => save();
  saveNow();
  let failure: Failure | undefined;
  let client: KernelClient | undefined;
  try {
    client = await KernelClient.start(kernel, { cwd: options.cwd, signal: options.signal, startTimeout: (options.startTimeout ?? 60) * 1000 });
    const runner = new CellRunner(client, options);
    failure = await runner.run(notebook, (index) => once.has(index), record, saveNow);
    while (isEvtlabError(failure?.error, "CellError")) {
      record.end();
      save(addErrorMarkers(notebook, failure.cell));
      if (!(await options.onFailure?.(failure.error))) break;
      const before = notebook;
      try {
        notebook = prepare(input, options);
      } catch (error) {
        // Half mended: the kernel is worth another question.
        options.onWarning?.((error as Error).message);
        continue;
      }
      record = startRecord();
      const done = keepCompleted(notebook, before);
      record.start(done);
      failure = await runner.run(notebook, (index) => index < done, record, saveNow);
    }
  } catch (error) {
    failure = { cell: -1, error };
  } finally {
    await client?.shutdown();
    record.end();
  }
  const result = failure && failure.cell >= 0 ? addErrorMarkers(notebook, failure.cell) : notebook;
  save(result);
  if (failure) throw failure.error;
  return result;
}

/** The notebook to run: with its parameters, without the markers of an earlier run. */
function prepare(input: string | Notebook, options: RunOptions): Notebook {
  const { parameters, onWarning } = options;
  let notebook = typeof input === "string" ? readNotebook(input) : structuredClone(input);
  if (parameters && Object.keys(parameters).length > 0) {
    const language = languageOf(notebook, options);
    if (options.checkParameters !== false) checkParameters(notebookParameters(notebook, language) ?? [], parameters, language);
    const injection = injectParameters(notebook, parameters, language);
    injection.warnings.forEach((warning) => onWarning?.(warning));
    notebook = injection.notebook;
  }
  notebook = removeErrorMarkers(notebook);
  if (options.reportMode) hideSources(notebook);
  return notebook;
}

/** Takes over what the run at `output` has completed; returns the number of those cells. */
function resume(notebook: Notebook, output: string | undefined, { onWarning }: RunOptions): number {
  if (output === undefined) throw new NotebookError({ where: "runNotebook", expected: "the path of the run to resume as output", received: "none" });
  if (!existsSync(output)) {
    onWarning?.(`Nothing to resume at ${output}: starting from the beginning.`);
    return 0;
  }
  const completed = keepCompleted(notebook, readNotebook(output));
  onWarning?.(resumption(notebook, completed));
  return completed;
}

/**
 * A notebook, or a TypeScript file in percent format as one.
 * @throws NotebookError when the file cannot be read or is neither.
 */
export function readNotebook(path: string): Notebook {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new NotebookError({ where: path, expected: "a notebook file", received: (cause as Error).message, cause });
  }
  return /\.[mc]?[tj]s$/.test(path) ? notebookFromScript(text, path) : parseNotebook(text, path);
}

/** The language in which parameters are written: as asked, or of the kernel, or as the notebook says. */
export function languageOf(notebook: Notebook, options: Pick<RunOptions, "language" | "kernel"> = {}): string {
  if (options.language !== undefined) return options.language;
  const spec = notebook.metadata["kernelspec"] as { name?: string; language?: string } | undefined;
  const info = notebook.metadata["language_info"] as { name?: string } | undefined;
  if (options.kernel !== undefined && options.kernel !== spec?.name) return findKernel(options.kernel).spec.language;
  const language = info?.name ?? spec?.language;
  if (language !== undefined) return language;
  return findKernel(kernelNameOf(notebook, options)).spec.language;
}

function kernelNameOf(notebook: Notebook, { kernel }: Pick<RunOptions, "kernel">): string {
  const name = kernel ?? (notebook.metadata["kernelspec"] as { name?: string } | undefined)?.name;
  if (name !== undefined) return name;
  throw new NotebookError({ where: "notebook", expected: "the name of a kernel in metadata.kernelspec", received: "none", next: "Name one with --kernel" });
}

/** Our kernel would take each cell of another language for a faulty one. */
function checkLanguage({ metadata }: Notebook, { name }: InstalledKernel): void {
  const language = (metadata["language_info"] as { name?: string } | undefined)?.name ?? (metadata["kernelspec"] as { language?: string } | undefined)?.language ?? "typescript";
  if (name !== kernelName || ["typescript", "javascript"].includes(language.toLowerCase())) return;
  throw new NotebookError({ where: "notebook", expected: `TypeScript or JavaScript, which the kernel ${name} runs`, received: `a notebook of ${language}`, next: "Name a kernel of that language with --kernel" });
}

function hideSources(notebook: Notebook): void {
  for (const cell of notebook.cells) if (cell.cell_type === "code") cell.metadata["jupyter"] = { source_hidden: true };
}
