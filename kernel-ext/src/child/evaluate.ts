/**
 * Runs JavaScript with the REPL mode of V8: declarations stay, and may be declared again; `await` works everywhere.
 * @module
 */
import { Session, type Runtime } from "node:inspector";

import { interruption } from "../errors.js";
import { inCell, inFreshTask } from "./current.js";
import { bridge } from "./bridge.js";

type ReplEvaluation = Runtime.EvaluateParameterType & { replMode: boolean };
export type Evaluation = { readonly ok: true } | { readonly ok: false; readonly thrown: unknown };

/** The error of a cell that was stopped. */
export class Interrupted extends Error {
  override readonly name = interruption.ename;

  constructor() {
    super(interruption.evalue);
  }
}

/** What is being waited for, by cell. */
const waiting = new Map<number, () => void>();

/** Each evaluation has a session of its own, by cell. */
const sessions = new Map<number, Session>();

/** Ends the wait for a cell, which may never end by itself. */
export function interruptEvaluation(cell: number): void {
  waiting.get(cell)?.();
  // What was unwound is garbage: the inspector of Node 22 ends the process if it still awaits it when it is collected.
  closeSession(cell);
}

function closeSession(cell: number): void {
  sessions.get(cell)?.disconnect();
  sessions.delete(cell);
}

/**
 * The outcome of `work`, or `Interrupted` when an interrupt comes first. An interrupted `work` may never settle: the
 * interrupt has unwound the frames that would have settled it.
 */
export async function interruptible<Value>(cell: number, work: () => Promise<Value>): Promise<Value> {
  try {
    return await new Promise<Value>((resolve, reject) => {
      waiting.set(cell, () => reject(new Interrupted()));
      // In a task of its own, so that the interrupt does not unwind our frames.
      inFreshTask(() => {
        if (waiting.has(cell)) inCell(cell, () => void work().then(resolve, reject));
      });
    });
  } finally {
    waiting.delete(cell);
  }
}

/**
 * Runs a script; the value of its last expression is then in `bridge.values`. An interrupted script never settles: until the
 * interrupt has come to its end it could hit the next cell.
 */
export async function evaluate(cell: number, javascript: string, name: string): Promise<Evaluation> {
  const session = new Session();
  sessions.set(cell, session);
  session.connect();
  const evaluation = await new Promise<Evaluation>((resolve) => {
    const parameters: ReplEvaluation = { expression: `${javascript}\n//# sourceURL=${name}`, replMode: true, awaitPromise: true };
    session.post("Runtime.evaluate", parameters, (error, result) => {
      // On an error there is no result, whatever the types say.
      const details = error === null ? result.exceptionDetails : undefined;
      if (error === null && details === undefined) resolve({ ok: true });
      else if (details?.exception !== undefined) resolve({ ok: false, thrown: thrownValue(session, details.exception) });
      // V8 calls a termination by its name, and from Node 22 on an internal error.
      else if (!/terminated|-32603/i.test(error?.message ?? details?.text ?? "")) resolve({ ok: false, thrown: error ?? new Error(details?.text) });
    });
  });
  closeSession(cell);
  return evaluation;
}

/** The thrown value itself; the inspector gives a description of it only. */
function thrownValue(session: Session, exception: Runtime.RemoteObject): unknown {
  if (exception.objectId === undefined) return "value" in exception ? exception.value : (exception.description ?? exception.unserializableValue);
  session.post("Runtime.callFunctionOn", { objectId: exception.objectId, functionDeclaration: "function () { __evtlab__.thrown = this; }" });
  const { thrown } = bridge;
  bridge.thrown = undefined;
  return thrown;
}
