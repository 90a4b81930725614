/**
 * V8's inspector in the process that runs the cells, spoken to through a pipe: its own thread answers there, also while
 * the cells stand still at a breakpoint.
 * Source: https://chromedevtools.github.io/devtools-protocol/v8/
 * @module
 */
import type { Debugger, Runtime } from "node:inspector";
import type { Duplex } from "node:stream";

interface Methods {
  "Debugger.enable": [undefined, unknown];
  "Debugger.disable": [undefined, unknown];
  "Debugger.resume": [undefined, unknown];
  "Debugger.pause": [undefined, unknown];
  "Debugger.stepOver": [undefined, unknown];
  "Debugger.stepInto": [undefined, unknown];
  "Debugger.stepOut": [undefined, unknown];
  "Debugger.setBlackboxPatterns": [Debugger.SetBlackboxPatternsParameterType, unknown];
  "Debugger.setBreakpointByUrl": [Debugger.SetBreakpointByUrlParameterType, Debugger.SetBreakpointByUrlReturnType];
  "Debugger.removeBreakpoint": [Debugger.RemoveBreakpointParameterType, unknown];
  "Debugger.setPauseOnExceptions": [Debugger.SetPauseOnExceptionsParameterType, unknown];
  "Debugger.evaluateOnCallFrame": [Debugger.EvaluateOnCallFrameParameterType, Debugger.EvaluateOnCallFrameReturnType];
  "Debugger.setVariableValue": [Debugger.SetVariableValueParameterType, unknown];
  "Runtime.evaluate": [Runtime.EvaluateParameterType & { replMode?: boolean; throwOnSideEffect?: boolean }, Runtime.EvaluateReturnType];
  "Runtime.getProperties": [Runtime.GetPropertiesParameterType, Runtime.GetPropertiesReturnType];
  "Runtime.releaseObjectGroup": [Runtime.ReleaseObjectGroupParameterType, unknown];
  "Runtime.globalLexicalScopeNames": [Runtime.GlobalLexicalScopeNamesParameterType, Runtime.GlobalLexicalScopeNamesReturnType];
}

/** What the inspector tells by itself. */
export type InspectorEvent =
  | { readonly method: "Debugger.paused"; readonly params: Debugger.PausedEventDataType }
  | { readonly method: "Debugger.resumed" }
  | { readonly method: "Debugger.scriptParsed"; readonly params: Pick<Debugger.ScriptParsedEventDataType, "scriptId" | "url"> };

export interface InspectorRequest {
  readonly id: number;
  readonly method: string;
  readonly params: object | undefined;
}
export type InspectorMessage = { readonly id: number; readonly result?: unknown; readonly error?: string } | InspectorEvent;

export class Inspector {
  readonly #pipe: Duplex;
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #requests = 0;
  #rest = "";

  constructor(pipe: Duplex, onEvent: (event: InspectorEvent) => void) {
    this.#pipe = pipe;
    pipe.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line) as InspectorMessage;
        if ("method" in message) onEvent(message);
        else this.#settle(message);
      }
    });
    pipe.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The process that runs the cells has ended."));
      this.#waiting.clear();
    });
  }

  /** @throws Error with what the inspector complains of. */
  post<Name extends keyof Methods>(method: Name, params?: Methods[Name][0]): Promise<Methods[Name][1]> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      if (this.#pipe.destroyed) return reject(new Error("The process that runs the cells has ended."));
      this.#waiting.set(id, { resolve, reject });
      this.#pipe.write(`${JSON.stringify({ id, method, params } satisfies InspectorRequest)}\n`);
    });
  }

  #settle({ id, result, error }: Extract<InspectorMessage, { id: number }>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result as never);
    else waiting?.reject(new Error(error));
  }
}
