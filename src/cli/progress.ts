/**
 * A line of progress on a terminal.
 * @module
 */
import type { RunProgress } from "../run/options.js";

/** Progress over the cells of a notebook, on stderr: redrawn in place on a terminal, else a line each. */
export function cellProgress(title: string): { readonly update: (progress: RunProgress) => void; readonly end: () => void } {
  const start = performance.now();
  const terminal = process.stderr.isTTY;
  return {
    update({ cell, cells, description }) {
      const elapsed = ((performance.now() - start) / 1000).toFixed(1);
      const bar = "█".repeat(Math.round((20 * cell) / cells)).padEnd(20, "·");
      const line = `${title} ${bar} ${cell}/${cells} cells, ${elapsed} s${description === undefined ? "" : `, ${description}`}`;
      process.stderr.write(terminal ? `\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
    },
    end() {
      if (terminal) process.stderr.write("\n");
    },
  };
}
