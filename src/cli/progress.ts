/**
 * A line of progress on a terminal.
 * @module
 */
import type { RunProgress } from "../run/options.js";

export interface ProgressBar {
  /** How much is done; `total` where it is known only now, `note` is shown at the end of the line. */
  readonly update: (done: number, more?: { readonly total?: number | undefined; readonly note?: string | undefined }) => void;
  /** Ends the line. */
  readonly end: () => void;
}

export interface ProgressBarOptions {
  /** How much there is to do; without it the line has no bar. */
  readonly total?: number | undefined;
  /** How an amount is written: "3/12 cells", "12.3/260.0 MB". Whole numbers when left out. */
  readonly format?: ((done: number, total: number | undefined) => string) | undefined;
  /** Default: stderr is a terminal. Otherwise each update is a line of its own, and none comes sooner than `every`. */
  readonly terminal?: boolean | undefined;
  /** Milliseconds between two drawings; 100 on a terminal and 0 elsewhere when left out. */
  readonly every?: number | undefined;
  readonly write?: ((text: string) => void) | undefined;
}

/**
 * Progress on stderr, for work that lasts over a second: a bar that is redrawn in place on a terminal.
 *
 * ```ts
 * const bar = progressBar("talk.raw", { total: bytes, format: megabytes });
 * try { await convert(…, { onProgress: ({ bytesRead }) => bar.update(bytesRead) }); } finally { bar.end(); }
 * ```
 */
export function progressBar(title: string, options: ProgressBarOptions = {}): ProgressBar {
  const { terminal = process.stderr.isTTY, every = terminal ? 100 : 0, write = (text: string) => void process.stderr.write(text) } = options;
  const format = options.format ?? ((done: number, total: number | undefined) => (total === undefined ? `${done}` : `${done}/${total}`));
  const start = performance.now();
  let drawn = -Infinity;
  let waiting: string | undefined;
  const draw = (line: string): void => {
    drawn = performance.now();
    waiting = undefined;
    write(terminal ? `\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
  };
  return {
    update(done, { total = options.total, note } = {}) {
      const elapsed = (performance.now() - start) / 1000;
      const share = total === undefined || total <= 0 ? undefined : Math.min(1, Math.max(0, done / total));
      const bar = share === undefined ? "" : `${"█".repeat(Math.round(20 * share)).padEnd(20, "·")} `;
      const line = `${title} ${bar}${format(done, total)}, ${elapsed.toFixed(1)} s${note === undefined ? "" : `, ${note}`}`;
      if (performance.now() - drawn >= every || share === 1) draw(line);
      else waiting = line;
    },
    end() {
      if (waiting !== undefined) draw(waiting);
      if (terminal && drawn > -Infinity) write("\n");
    },
  };
}

/** Bytes as megabytes: "12.3/260.0 MB". */
export function megabytes(done: number, total: number | undefined): string {
  const amount = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return `${amount(done)}${total === undefined ? "" : `/${amount(total)}`} MB`;
}

/** Progress over the cells of a notebook. */
export function cellProgress(title: string): { readonly update: (progress: RunProgress) => void; readonly end: () => void } {
  const bar = progressBar(title, { format: (cell, cells) => `${cell}/${cells} cells`, every: 0 });
  return { update: ({ cell, cells, description }) => bar.update(cell, { total: cells, note: description }), end: bar.end };
}
