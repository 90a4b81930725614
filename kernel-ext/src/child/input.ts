/**
 * Questions to the person at the front end.
 * @module
 */
import { readSync } from "node:fs";

import { FrameReader, type Answer } from "../pipe.js";
import { currentCell } from "./current.js";
import { report } from "./output.js";

const answersPipe = 6;

export interface InputOptions {
  /** Show dots instead of what is typed. Default false. */
  readonly password?: boolean;
}

const waiting: ((answer: Answer) => void)[] = [];

/**
 * Asks for a line of text; the event loop goes on meanwhile.
 * @throws Error when the front end cannot ask, as in a run without a person.
 */
export async function input(prompt = "", { password = false }: InputOptions = {}): Promise<string> {
  report({ type: "ask", cell: currentCell(), prompt, password, waits: false });
  return valueOf(await new Promise<Answer>((resolve) => void waiting.push(resolve)));
}

/** The answer to the oldest question of {@link input}. */
export function receiveAnswer(answer: Answer): void {
  waiting.shift()?.(answer);
}

/** As in a browser: asks and stands still until the answer is there. */
export function prompt(message = "", preset = ""): string {
  const value = ask(message === "" ? "" : `${message} `);
  return value === "" ? preset : value;
}

/** As in a browser: true when the answer begins with y. */
export function confirm(message = ""): boolean {
  return /^y/i.test(ask(`${message} [y/N] `));
}

/** As in a browser: waits for Enter. */
export function alert(message = ""): void {
  ask(`${message} [Enter] `);
}

function ask(message: string): string {
  report({ type: "ask", cell: currentCell(), prompt: message, password: false, waits: true });
  const reader = new FrameReader<Answer>();
  const chunk = Buffer.alloc(65536);
  for (;;) {
    const bytes = readSync(answersPipe, chunk);
    for (const answer of reader.read(Buffer.from(chunk.subarray(0, bytes)))) return valueOf(answer);
  }
}

function valueOf({ value, refused }: Answer): string {
  if (value === undefined) throw new Error(refused ?? "There was no answer.");
  return value;
}
