/**
 * `evtlab run`: papermill's command line, in Node alone.
 * @module
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { Command } from "commander";
import { isEvtlabError, NotebookError, type CellError } from "../errors.js";
import { formatNotebook, parseNotebook, type CellOutput, type Notebook } from "../jupyter/nbformat.js";
import { writeHtml } from "../run/html.js";
import { notebookParameters } from "../run/inject.js";
import { languageOf, readNotebook, runNotebook } from "../run/notebook.js";
import type { RunOptions } from "../run/options.js";
import { coerce, parseParameters, type Parameters, type ParameterValue } from "../run/parameters.js";
import { shownType } from "../run/translate.js";
import { fillPath } from "../run/paths.js";
import { cellProgress } from "./progress.js";

interface Flags {
  readonly parameters: readonly (readonly [string, string])[];
  readonly parameters_raw: readonly (readonly [string, string])[];
  readonly parameters_file: readonly string[];
  readonly parameters_yaml: readonly string[];
  readonly parameters_base64: readonly string[];
  readonly injectInputPath?: true;
  readonly injectOutputPath?: true;
  readonly injectPaths?: true;
  readonly html?: true | string;
  readonly requestSaveOnCellExecute: boolean;
  readonly autosaveCellEvery: number;
  readonly prepareOnly?: true;
  readonly kernel?: string;
  readonly language?: string;
  readonly cwd?: string;
  readonly progressBar?: boolean;
  readonly logOutput?: true;
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  readonly startTimeout: number;
  readonly executionTimeout?: number;
  readonly reportMode?: true;
  readonly resume?: true;
  readonly waitOnFailure?: true;
  readonly helpNotebook?: true;
  readonly checkParameters: boolean;
}

const example = `
Example:
  evtlab run notebooks/01-first-look.ipynb out.ipynb -p recording talk.raw --html

Values of -p are typed as papermill types them: True, False, None, 3 and 0.5 are not text; use -r for text.
Later sources win: injected paths, -b, -f, -y, -p, -r. Paths may hold parameters: out/{name}.ipynb. "-" is stdin or stdout.

After a failure: with --wait-on-failure the kernel keeps its variables, and the run goes on from the first cell that
failed or was changed. --resume has a new kernel, so cells that completed run again for their variables; those tagged
"run-once" do not, as long as they, the parameters and all code before them are unchanged. Outputs stay until then.
Exit code: 0, 1 when a cell fails, 130 when interrupted, 138 when the kernel dies.`;

/** Adds the verb `run`. */
export function addRun(program: Command): void {
  const command = new PairCommand("run")
    .description("run a notebook with parameters and save it executed")
    .argument("[input]", 'notebook to run, or a TypeScript file in percent format; "-" is stdin', "-")
    .argument("[output]", 'where the executed notebook goes; "-" is stdout', "-")
    .option("-p, --parameters <name value>", "a parameter", collectPair, [])
    .option("-r, --parameters_raw <name value>", "a parameter whose value is text", collectPair, [])
    .option("-f, --parameters_file <path>", "parameters in a YAML or JSON file", collect, [])
    .option("-y, --parameters_yaml <yaml>", "parameters as YAML", collect, [])
    .option("-b, --parameters_base64 <base64>", "parameters as YAML in base64", collect, [])
    .option("--inject-input-path", "pass the input path as PAPERMILL_INPUT_PATH")
    .option("--inject-output-path", "pass the output path as PAPERMILL_OUTPUT_PATH")
    .option("--inject-paths", "pass both paths")
    .option("--html [path]", "also write a web page that needs no network; beside the output when no path is given")
    .option("--no-request-save-on-cell-execute", "save once at the end, not around every cell")
    .option("--autosave-cell-every <seconds>", "save this often while a cell runs; 0 for never", seconds, 30)
    .option("--prepare-only", "write the notebook with its parameters, execute nothing")
    .option("-k, --kernel <name>", "kernel to use instead of the notebook's own")
    .option("-l, --language <name>", "language of the parameters instead of the kernel's")
    .option("--cwd <folder>", "working folder of the notebook")
    .option("--progress-bar", "show progress (the default on a terminal)")
    .option("--no-progress-bar", "show no progress")
    .option("--log-output", "print the outputs of cells as they come")
    .option("--stdout-file <path>", "write what cells print to a file")
    .option("--stderr-file <path>", "write what cells print to stderr to a file")
    .option("--start-timeout <seconds>", "time for the kernel to start", seconds, 60)
    .option("--execution-timeout <seconds>", "time for each cell", seconds)
    .option("--resume", "go on with the run that stopped and was saved at OUTPUT")
    .option("--wait-on-failure", "when a cell fails, keep the kernel: mend the input, press Enter, and the run goes on")
    .option("--report-mode", "mark the sources of cells as hidden")
    .option("--no-check-parameters", "do not compare parameters with the types that the notebook declares")
    .option("--help-notebook", "list the parameters of the notebook")
    .addHelpText("after", example)
    .action(run);
  program.addCommand(command);
}

/** A command whose -p and -r take two values each, as papermill's do. */
class PairCommand extends Command {
  override parseOptions(argv: string[]): ReturnType<Command["parseOptions"]> {
    const joined: string[] = [];
    for (let i = 0; i < argv.length; i++) {
      const flag = argv[i]!;
      joined.push(flag);
      if (!["-p", "--parameters", "-r", "--parameters_raw"].includes(flag)) continue;
      if (i + 2 >= argv.length) this.error(`error: option '${flag}' takes a name and a value, for example ${flag} size full`);
      joined.push(JSON.stringify([argv[++i], argv[++i]]));
    }
    return super.parseOptions(joined);
  }
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const collectPair = (value: string, before: readonly unknown[]): readonly unknown[] => [...before, JSON.parse(value)];

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new NotebookError({ where: "evtlab run", expected: "a number of seconds", received: `"${text}"` });
}

async function run(inputArgument: string, outputArgument: string, flags: Flags): Promise<void> {
  const parameters = gatherParameters(inputArgument, outputArgument, flags);
  const input = fillPath(inputArgument, parameters);
  const output = fillPath(outputArgument, parameters);
  if (flags.waitOnFailure && input === "-") throw new NotebookError({ where: "evtlab run", expected: "an input file that can be mended with --wait-on-failure", received: "stdin" });
  const notebook = input === "-" ? parseNotebook(readFileSync(0, "utf8"), "stdin") : input;
  if (flags.helpNotebook) return showParameters(typeof notebook === "string" ? readNotebook(notebook) : notebook, input, flags);

  const interruption = new AbortController();
  const onInterrupt = (): void => interruption.abort(new Error("interrupted"));
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onInterrupt);
  const showProgress = output !== "-" && (flags.progressBar ?? (process.stderr.isTTY && !flags.logOutput));
  const progress = showProgress ? cellProgress(input) : undefined;
  const log = new OutputLog(flags);
  const options: RunOptions = {
    parameters,
    ...given({ kernel: flags.kernel, language: flags.language, cwd: flags.cwd, executionTimeout: flags.executionTimeout }),
    checkParameters: flags.checkParameters,
    prepareOnly: flags.prepareOnly ?? false,
    reportMode: flags.reportMode ?? false,
    saveEachCell: flags.requestSaveOnCellExecute,
    autosaveSeconds: flags.autosaveCellEvery,
    startTimeout: flags.startTimeout,
    resume: flags.resume ?? false,
    signal: interruption.signal,
    onWarning: (warning) => console.error(warning),
    onOutput: (shown) => log.take(shown),
    ...(progress && { onProgress: progress.update }),
    ...(flags.waitOnFailure && { onFailure: (error) => waitForMending(error, input, interruption.signal) }),
  };
  try {
    const result = await runNotebook(notebook, output === "-" ? undefined : output, options);
    progress?.end();
    if (output === "-") process.stdout.write(formatNotebook(result));
    if (flags.html !== undefined) writeHtml(result, flags.html === true ? htmlPath(output) : fillPath(flags.html, parameters));
  } catch (error) {
    progress?.end();
    process.exitCode = report(error, interruption.signal, flags.waitOnFailure === true);
    if (flags.html !== undefined && output !== "-" && isEvtlabError(error, "CellError")) {
      writeHtml(readNotebook(output), flags.html === true ? htmlPath(output) : fillPath(flags.html, parameters));
    }
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
    log.close();
  }
}

/** The page beside a notebook. */
function htmlPath(output: string): string {
  return output === "-" ? "notebook.html" : output.replace(/(\.ipynb)?$/, ".html");
}

function gatherParameters(input: string, output: string, flags: Flags): Parameters {
  const parameters: Record<string, ParameterValue> = {};
  if (flags.injectInputPath || flags.injectPaths) parameters["PAPERMILL_INPUT_PATH"] = input;
  if (flags.injectOutputPath || flags.injectPaths) parameters["PAPERMILL_OUTPUT_PATH"] = output;
  for (const text of flags.parameters_base64) Object.assign(parameters, parseParameters(Buffer.from(text, "base64").toString(), "-b"));
  for (const path of flags.parameters_file) Object.assign(parameters, parseParameters(readFileSync(path, "utf8"), path));
  for (const text of flags.parameters_yaml) Object.assign(parameters, parseParameters(text, "-y"));
  for (const [name, value] of flags.parameters) parameters[name] = coerce(value);
  for (const [name, value] of flags.parameters_raw) parameters[name] = value;
  return parameters;
}

function showParameters(notebook: Notebook, path: string, flags: Flags): void {
  const language = languageOf(notebook, given({ kernel: flags.kernel, language: flags.language }));
  const declared = notebookParameters(notebook, language);
  console.log(`Usage: evtlab run [options] ${path} OUTPUT\n\nParameters inferred for notebook '${path}':`);
  if (!declared) {
    console.log("\n  No cell tagged 'parameters'");
    process.exitCode = 1;
  } else if (declared.length === 0) {
    console.log("\n  Can't infer anything about this notebook's parameters. It may not have any parameter defined.");
  }
  for (const parameter of declared ?? []) {
    const { name, value, help } = parameter;
    const definition = `  ${name}: ${shownType(parameter, language) ?? "Unknown type"} (default ${value})`;
    console.log(help === "" ? definition : definition.length > 30 ? `${definition}\n${" ".repeat(34)}${help}` : definition.padEnd(34) + help);
  }
}

/** Says what went wrong, unless a failing cell was shown when it failed; returns the exit code. */
function report(error: unknown, signal: AbortSignal, shown: boolean): number {
  if (signal.aborted) {
    console.error("Interrupted: the notebook was saved as it stands.");
    return 130;
  }
  if (isEvtlabError(error, "CellError")) {
    if (!shown) showFailure(error);
    return 1;
  }
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return isEvtlabError(error, "KernelError") && error.reason === "died" ? 138 : 1;
}

function showFailure({ where, traceback, ename, evalue }: CellError): void {
  const text = traceback.length === 0 ? `${ename}: ${evalue}` : traceback.join("\n");
  console.error(`${"-".repeat(75)}\nException encountered at "${where}":\n${process.stderr.isTTY ? text : stripVTControlCharacters(text)}`);
}

/** True when the user has pressed Enter; false at the end of the input. */
async function waitForMending(error: CellError, input: string, signal: AbortSignal): Promise<boolean> {
  showFailure(error);
  console.error(`The kernel keeps its variables. Mend ${input} and press Enter to go on; Ctrl-C or Ctrl-D ends the run.`);
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    return await new Promise<boolean>((resolve) => {
      lines.once("line", () => resolve(true)).once("close", () => resolve(false));
      signal.addEventListener("abort", () => resolve(false), { once: true });
    });
  } finally {
    lines.close();
    process.stdin.pause();
  }
}

/** What cells print, to the terminal and to files. */
class OutputLog {
  readonly #echo: boolean;
  readonly #files: { readonly [stream: string]: number | undefined };

  constructor({ logOutput, stdoutFile, stderrFile }: Flags) {
    this.#echo = logOutput ?? false;
    const open = (path: string | undefined): number | undefined => (path === undefined ? undefined : openSync(path, "w"));
    this.#files = { stdout: open(stdoutFile), stderr: open(stderrFile) };
  }

  take(output: CellOutput): void {
    if (output.output_type === "stream") {
      const file = this.#files[output.name];
      if (file !== undefined) writeSync(file, output.text);
      if (this.#echo) process.stderr.write(output.text);
    } else if (this.#echo && output.output_type !== "error" && typeof output.data["text/plain"] === "string") {
      process.stderr.write(`${output.data["text/plain"]}\n`);
    }
  }

  close(): void {
    for (const file of Object.values(this.#files)) if (file !== undefined) closeSync(file);
  }
}

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
