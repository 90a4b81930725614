/** What was executed, for `history_request`. @module */
import type { Contents } from "../../src/jupyter/index.js";

type Entry = readonly [session: number, line: number, source: string];

export class History {
  readonly #entries: Entry[] = [];

  add(executionCount: number, source: string): void {
    this.#entries.push([0, executionCount, source]);
  }

  find(request: Contents["history_request"]): (Entry | [number, number, [string, null]])[] {
    const { hist_access_type, n = 10, start = 1, stop, pattern = "*", unique = false, output } = request;
    let found: Entry[] = [];
    if (hist_access_type === "tail") found = this.#entries.slice(-n);
    else if (hist_access_type === "range") found = this.#entries.filter(([, line]) => line >= start && (stop === undefined || stop === null || line < stop));
    else {
      const matches = glob(pattern);
      found = this.#entries.filter(([, , source]) => matches.test(source));
      if (unique) found = found.filter(([, , source], i) => found.findLastIndex((other) => other[2] === source) === i);
      found = n > 0 ? found.slice(-n) : found;
    }
    return output ? found.map(([session, line, source]) => [session, line, [source, null]]) : found;
  }
}

/** `*` and `?` as in a shell. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${source}$`);
}
