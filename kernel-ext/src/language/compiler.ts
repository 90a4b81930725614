/**
 * The process in which the compiler works, so that heartbeats and interrupts never wait for a type check.
 *
 * Built into one file (`compiler.cjs`), because it starts from a snapshot of its own heap (`snapshot.ts`), in which the
 * compiler is loaded and the types that most notebooks need are read.
 * @module
 */
import { join, parse } from "node:path";
import { startupSnapshot } from "node:v8";

import type { Answer, CompilerOptions, Question } from "./client.js";
import { CellService } from "./service.js";

/** In the pauses after the start, in milliseconds; a cell never waits for more than one step. */
const pause = 250;

/** The first message tells the options, the others ask. */
function serve(): void {
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit());
  process.once("message", ({ folder, typecheck, cells }: CompilerOptions) => {
    const service = new CellService(folder, typecheck);
    service.warmUp();
    for (const cell of cells) service.remember(cell);
    const timer = setTimeout(() => {
      if (service.prepareAhead()) timer.refresh();
    }, pause);
    process.on("message", ({ id, method, args }: Question) => {
      timer.refresh();
      let answer: Answer;
      try {
        answer = { id, value: (service[method] as (...args: unknown[]) => unknown)(...args) };
      } catch (error) {
        answer = { id, error };
      }
      process.send?.(answer);
    });
  });
}

if (startupSnapshot.isBuildingSnapshot()) {
  // A folder without a project, and of no notebook.
  const service = new CellService(join(parse(process.cwd()).root, ".evtlab-snapshot"), "error");
  service.warmUp();
  service.prepare(0, "cell 0", 'import { readEvents } from "evtlab"; import { join } from "node:path"; const events = await readEvents(join("a", "b")); events');
  service.close();
  startupSnapshot.setDeserializeMainFunction(serve);
} else serve();
