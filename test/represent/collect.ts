import { existsSync } from "node:fs";
import type * as Represent from "../../src/represent/index.js";

/** All that an iterable yields. */
export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** What was built: worker threads start from it. Without it the test is skipped, visibly. */
export async function built(test: Mocha.Context): Promise<typeof Represent> {
  const path: string = "../../dist/src/represent/index.js";
  if (!existsSync(new URL(path, import.meta.url))) {
    console.log("      skipped: dist is missing; npm run build makes it");
    test.skip();
  }
  return (await import(path)) as typeof Represent;
}
