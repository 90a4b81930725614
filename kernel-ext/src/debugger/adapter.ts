/**
 * The debugger: requests of the Debug Adapter Protocol become calls of V8's inspector, and back.
 *
 * A front end knows a cell by a file name that is made of the hash of its code; the inspector knows each execution of
 * it as a script of its own. So breakpoints are kept by file name, and set in the script just before it runs.
 * @module
 */
import type { Debugger, Runtime } from "node:inspector";
import { fileURLToPath } from "node:url";

import type { DebugEvent, DebugRequest, DebugResponse, JsonObject } from "../../../src/jupyter/index.js";
import { scriptName, type RunnableCell } from "../pipe.js";
import type { Inspector, InspectorEvent } from "./inspector.js";
import { murmur2 } from "./murmur2.js";
import { cellFiles, type Source } from "./protocol.js";
import { SourceLines } from "./source-lines.js";
import { textOf, Variables } from "./variables.js";

/** Path of the file that stands for the code of a cell. */
export function cellPath(code: string): string {
  return `${cellFiles.tmpFilePrefix}${murmur2(code, cellFiles.hashSeed)}${cellFiles.tmpFileSuffix}`;
}

/** All cells run in one thread. */
const threadId = 1;
const objectGroup = "evtlab-debugger";
/** Stepping does not stop in Node, in packages and in the kernel. */
const passedOver = ["^node:", "/node_modules/", "/kernel-ext/src/child/"];

interface Script {
  readonly path: string;
  readonly label: string;
  readonly lines: SourceLines;
  readonly columnShift: number;
}

type Arguments = JsonObject | undefined;

export class DebugAdapter {
  readonly #inspector: () => Inspector;
  readonly #publish: (event: DebugEvent) => void;
  readonly #variables = new Variables();
  /** Code of the cells that a front end has shown us, and breakpoint lines (from 1), by path. */
  readonly #code = new Map<string, string>();
  readonly #breakpoints = new Map<string, readonly number[]>();
  /** By script name: the cells that ran while the debugger was on. */
  readonly #scripts = new Map<string, Script>();
  /** Name of each script by the number that the inspector gives it. */
  readonly #names = new Map<string, string>();
  /** Breakpoints as the inspector knows them, by path. */
  readonly #set = new Map<string, string[]>();
  #started = false;
  #paused: Debugger.PausedEventDataType | undefined;
  #pauseOn: "none" | "uncaught" | "all" = "none";
  #seq = 0;

  constructor(inspector: () => Inspector, publish: (event: DebugEvent) => void) {
    this.#inspector = inspector;
    this.#publish = publish;
  }

  /** Answers a request; one that fails is an answer too. */
  async answer({ seq, command, arguments: args }: DebugRequest): Promise<DebugResponse> {
    const response = { type: "response", request_seq: seq, seq: ++this.#seq, command } as const;
    try {
      const commands = this.#commands as Readonly<Record<string, (args: Arguments) => unknown>>;
      if (!Object.hasOwn(commands, command)) throw new Error(`The debugger knows no request "${command}".`);
      return { ...response, success: true, body: (await commands[command]!(args)) ?? {} };
    } catch (error) {
      return { ...response, success: false, message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Before a cell runs: sets its breakpoints. */
  async beforeCell(cell: RunnableCell): Promise<void> {
    if (!this.#started) return;
    const path = cellPath(cell.source);
    this.#scripts.set(scriptName(cell), { path, label: cell.label, lines: new SourceLines(cell.sourceMap), columnShift: cell.columnShift });
    await this.#setIn(scriptName(cell), path);
  }

  /** What the inspector tells. */
  onEvent(event: InspectorEvent): void {
    if (event.method === "Debugger.scriptParsed") this.#names.set(event.params.scriptId, event.params.url);
    else if (event.method === "Debugger.resumed") {
      if (this.#paused === undefined) return;
      this.#forgetPause();
      this.#send("continued", { threadId, allThreadsContinued: true });
    } else {
      this.#paused = event.params;
      const { reason, hitBreakpoints = [], data } = event.params;
      const text = (data as { description?: string } | undefined)?.description;
      const why = reason === "exception" || reason === "promiseRejection" ? "exception" : hitBreakpoints.length > 0 ? "breakpoint" : reason === "other" ? "step" : "pause";
      this.#send("stopped", { reason: why, threadId, allThreadsStopped: true, ...(text !== undefined && { text }) });
    }
  }

  /** A new process runs the cells: the debugger goes on there. */
  async reattach(): Promise<void> {
    this.#forgetPause();
    this.#names.clear();
    this.#scripts.clear();
    this.#set.clear();
    if (this.#started) await this.#enable();
  }

  readonly #commands = {
    debugInfo: () => ({
      isStarted: this.#started,
      hashMethod: "Murmur2",
      ...cellFiles,
      breakpoints: [...this.#breakpoints].map(([source, lines]) => ({ source, breakpoints: lines.map((line) => ({ line, verified: true, source: { path: source } })) })),
      stoppedThreads: this.#paused === undefined ? [] : [threadId],
      richRendering: true,
      copyToGlobals: false,
      exceptionPaths: ["raised", "uncaught"],
    }),
    initialize: () => {
      queueMicrotask(() => this.#send("initialized"));
      return {
        supportsConfigurationDoneRequest: true,
        supportsSetVariable: false,
        supportsConditionalBreakpoints: false,
        supportsExceptionInfoRequest: false,
        exceptionBreakpointFilters: [
          { filter: "raised", label: "Raised Exceptions", default: false },
          { filter: "uncaught", label: "Uncaught Exceptions", default: false },
        ],
      };
    },
    attach: () => this.#start(),
    launch: () => this.#start(),
    configurationDone: () => undefined,
    disconnect: () => this.#stop(),
    terminate: () => this.#stop(),
    threads: () => ({ threads: [{ id: threadId, name: "cells" }] }),
    modules: () => ({ modules: [], totalModules: 0 }),
    dumpCell: (args: Arguments) => {
      const code = String(args?.["code"] ?? "");
      const sourcePath = cellPath(code);
      this.#code.set(sourcePath, code);
      return { sourcePath };
    },
    source: (args: Arguments) => {
      const path = String((args?.["source"] as JsonObject | undefined)?.["path"]);
      const content = this.#code.get(path);
      if (content === undefined) throw new Error(`No cell has the file ${path}.`);
      return { content, mimeType: "text/typescript" };
    },
    setBreakpoints: (args: Arguments) => this.#setBreakpoints(args?.["source"] as unknown as Source, (args?.["breakpoints"] ?? []) as unknown as readonly { line: number }[]),
    setExceptionBreakpoints: async (args: Arguments) => {
      const filters = (args?.["filters"] ?? []) as readonly string[];
      this.#pauseOn = filters.includes("raised") ? "all" : filters.includes("uncaught") ? "uncaught" : "none";
      if (this.#started) await this.#inspector().post("Debugger.setPauseOnExceptions", { state: this.#pauseOn });
    },
    stackTrace: () => {
      const frames = this.#frames();
      return { stackFrames: frames, totalFrames: frames.length };
    },
    scopes: (args: Arguments) => ({ scopes: this.#scopes(Number(args?.["frameId"])) }),
    variables: async (args: Arguments) => ({ variables: await this.#variables.members(this.#inspector(), Number(args?.["variablesReference"])) }),
    evaluate: (args: Arguments) => this.#evaluate(String(args?.["expression"]), args?.["frameId"] as number | undefined),
    continue: async () => {
      await this.#resume();
      return { allThreadsContinued: true };
    },
    next: () => this.#step("Debugger.stepOver"),
    stepIn: () => this.#step("Debugger.stepInto"),
    stepOut: () => this.#step("Debugger.stepOut"),
    pause: () => this.#step("Debugger.pause"),
    inspectVariables: async () => {
      const variables = await this.#globals();
      // JupyterLab asks after each message of a cell that runs, and would show them in place of those of the frame.
      if (this.#paused !== undefined) throw new Error("The cell stands at a breakpoint: ask for the variables of its frames.");
      return { variables };
    },
    richInspectVariables: async (args: Arguments) => ({ data: await this.#bundle(String(args?.["variableName"])), metadata: {} }),
  };

  async #start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    await this.#enable();
  }

  async #enable(): Promise<void> {
    const inspector = this.#inspector();
    await inspector.post("Debugger.enable");
    await inspector.post("Debugger.setBlackboxPatterns", { patterns: passedOver });
    await inspector.post("Debugger.setPauseOnExceptions", { state: this.#pauseOn });
  }

  async #stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    await this.#resume();
    this.#breakpoints.clear();
    this.#set.clear();
    await this.#inspector().post("Debugger.disable");
  }

  async #setBreakpoints({ path }: Source, wanted: readonly { readonly line: number }[]): Promise<object> {
    const lines = wanted.map(({ line }) => line);
    this.#breakpoints.set(path, lines);
    for (const breakpointId of this.#set.get(path) ?? []) await this.#inspector().post("Debugger.removeBreakpoint", { breakpointId });
    this.#set.delete(path);
    for (const [name, script] of this.#scripts) if (script.path === path) await this.#setIn(name, path);
    return { breakpoints: lines.map((line) => ({ verified: true, line, source: { path } })) };
  }

  async #setIn(url: string, path: string): Promise<void> {
    const { lines } = this.#scripts.get(url)!;
    for (const line of this.#breakpoints.get(path) ?? []) {
      const place = lines.inScript(line - 1);
      if (place === undefined) continue;
      const { breakpointId } = await this.#inspector().post("Debugger.setBreakpointByUrl", { url, lineNumber: place.line, columnNumber: place.column });
      this.#set.set(path, [...(this.#set.get(path) ?? []), breakpointId]);
    }
  }

  /** Frames of cells and of the user's files, the innermost first; `id` counts in the stack of the pause. */
  #frames() {
    const callFrames = this.#paused?.callFrames ?? [];
    const outermost = (scriptId: string): number => callFrames.findLastIndex(({ location }) => location.scriptId === scriptId);
    return callFrames.flatMap(({ functionName, location }, id) => {
      const url = this.#names.get(location.scriptId) ?? "";
      const place = this.#place(url, location);
      return place === undefined ? [] : [{ id, name: functionName || (id === outermost(location.scriptId) ? "cell" : "(anonymous)"), ...place, presentationHint: "normal" }];
    });
  }

  #place(url: string, { lineNumber, columnNumber = 0 }: Debugger.Location): { source: Source; line: number; column: number } | undefined {
    const cell = this.#scripts.get(url);
    if (cell !== undefined) {
      const found = cell.lines.inSource(lineNumber, columnNumber);
      const shift = found?.line === 0 ? cell.columnShift : 0;
      return found && { source: { name: cell.label, path: cell.path }, line: found.line + 1, column: found.column + 1 - shift };
    }
    if (!url.startsWith("file:") || passedOver.some((pattern) => new RegExp(pattern).test(url))) return undefined;
    return { source: { path: fileURLToPath(url) }, line: lineNumber + 1, column: columnNumber + 1 };
  }

  #scopes(frameId: number): object[] {
    const names: Readonly<Record<string, string>> = { local: "Locals", block: "Block", closure: "Closure", script: "Notebook", module: "Module", catch: "Catch", with: "With" };
    return (this.#paused?.callFrames[frameId]?.scopeChain ?? []).flatMap(({ type, object }) =>
      names[type] === undefined ? [] : [{ name: names[type], variablesReference: this.#variables.reference(object.objectId), expensive: false }],
    );
  }

  async #evaluate(expression: string, frameId: number | undefined): Promise<{ result: string; type: string; variablesReference: number }> {
    const callFrameId = frameId === undefined ? undefined : this.#paused?.callFrames[frameId]?.callFrameId;
    const { result, exceptionDetails } =
      callFrameId === undefined
        ? await this.#inspector().post("Runtime.evaluate", { expression, objectGroup, generatePreview: true, replMode: true })
        : await this.#inspector().post("Debugger.evaluateOnCallFrame", { callFrameId, expression, objectGroup, generatePreview: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description?.split("\n")[0] ?? exceptionDetails.text);
    return { result: textOf(result), type: result.className ?? result.type, variablesReference: this.#variables.reference(result.objectId) };
  }

  /** A variable as an output would show it; while the cells stand still no promise can settle. */
  async #bundle(name: string): Promise<unknown> {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw new Error(`"${name}" is not the name of a variable.`);
    const callFrameId = this.#paused?.callFrames[0]?.callFrameId;
    const { result, exceptionDetails } =
      callFrameId === undefined
        ? await this.#inspector().post("Runtime.evaluate", { expression: `__evtlab__.bundleOf(${name})`, awaitPromise: true, returnByValue: true })
        : await this.#inspector().post("Debugger.evaluateOnCallFrame", { callFrameId, expression: `__evtlab__.bundleNow(${name})`, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description?.split("\n")[0] ?? exceptionDetails.text);
    return result.value;
  }

  /** What the cells have declared. */
  async #globals() {
    const inspector = this.#inspector();
    if (this.#paused === undefined) {
      this.#variables.clear();
      await inspector.post("Runtime.releaseObjectGroup", { objectGroup });
    }
    const { names } = await inspector.post("Runtime.globalLexicalScopeNames", {});
    return Promise.all(
      names.map(async (name) => {
        const { result, exceptionDetails }: { result: Runtime.RemoteObject; exceptionDetails?: unknown } = await inspector.post("Runtime.evaluate", { expression: name, objectGroup, generatePreview: true, throwOnSideEffect: true });
        return this.#variables.of(name, exceptionDetails === undefined ? result : undefined);
      }),
    );
  }

  async #step(method: "Debugger.stepOver" | "Debugger.stepInto" | "Debugger.stepOut" | "Debugger.pause"): Promise<void> {
    await this.#inspector().post(method);
  }

  async #resume(): Promise<void> {
    if (this.#paused !== undefined) await this.#inspector().post("Debugger.resume");
  }

  #forgetPause(): void {
    this.#paused = undefined;
    this.#variables.clear();
  }

  #send(event: string, body?: object): void {
    this.#publish({ type: "event", seq: ++this.#seq, event, ...(body !== undefined && { body }) });
  }
}
