/**
 * Runs another program and keeps the end of what it prints, for the message when it fails.
 * @module
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, resolve as resolvePath } from "node:path";
import { MissingError } from "../errors.js";

export interface ProgramOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the program is ended. */
  readonly timeout?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Standard output of a program that ended well. @throws MissingError with the last lines of one that did not. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { cwd, signal, timeout, env = process.env } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, signal, timeout, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let all = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      all = (all + chunk.toString()).slice(-4000);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      all = (all + chunk.toString()).slice(-4000);
    });
    const fail = (received: string, cause?: unknown): void =>
      reject(new MissingError({ where: [command, ...args].join(" ").slice(0, 200), expected: "a program that ends well", received, cause }));
    child.on("error", (error) => (signal?.aborted ? reject(error) : fail(error.message, error)));
    child.on("close", (code, killer) => {
      if (code === 0) resolve(output);
      else fail(`${killer === null ? `exit code ${code}` : `the signal ${killer}`}, after:\n${all.trim()}\n`);
    });
  });
}

/** Path of a program in the folders given, by default those of PATH; `undefined` when it is in none. */
export function findProgram(name: string, folders: string = process.env["PATH"] ?? ""): string | undefined {
  for (const folder of folders.split(delimiter)) {
    const path = resolvePath(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
