/** A measurement in a process of its own, so that its memory is its own and it starts with huge pages. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { withHugePages } from "../../wasm/huge-pages.js";

/**
 * Sends `task` to the program `module` and resolves with the line that it measured.
 * @throws Error with the message of the program when it failed, or `what` when it ended without an answer.
 */
export function measureInChild<Line>(module: URL, task: object, what: string, environment: NodeJS.ProcessEnv = {}): Promise<Line> {
  return new Promise((resolve, reject) => {
    const child = fork(module, [], { env: { ...withHugePages(), ...environment }, execArgv: [...loaders(process.execArgv), "--expose-gc"] });
    child.once("message", (answer: { line: Line } | { error: string }) => {
      if ("line" in answer) resolve(answer.line);
      else reject(new Error(answer.error));
      child.disconnect();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the process that ${what} ended with ${signal ?? code}`)));
    child.send(task);
  });
}

/** The side of a program that measures: answers the one task that it is sent. */
export function answerTask(measure: (task: never) => Promise<object>): void {
  process.once("message", (task) => {
    measure(task as never).then(
      (line) => process.send?.({ line }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
}

/** Linux starts a process with the peak of its parent in getrusage, but not in /proc. */
export function peakRss(): number {
  try {
    const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** Flags that load modules (of a TypeScript runner, say), and no others: with --eval the child would run its parent again. */
function loaders(flags: readonly string[]): string[] {
  return flags.flatMap((flag, i) => {
    const [, value] = /^(?:--import|--require|-r|--loader|--experimental-loader)(=.*)?$/.exec(flag) ?? [undefined, "none"];
    if (value === "none") return [];
    return value === undefined ? flags.slice(i, i + 2) : [flag];
  });
}
