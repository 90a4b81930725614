/**
 * How far a long work is: in a notebook a bar that stays in the saved file, elsewhere a line on stderr.
 * @module
 */
import { checkOptions } from "../errors.js";
import { escapeHtml } from "../events/markup.js";
import { displayOfKernel, type Display, type DisplayHandle } from "./display.js";

export interface ProgressBar {
  /** How much is done; `total` where it is known only now, `note` is shown at the end of the line. */
  readonly update: (done: number, more?: { readonly total?: number | undefined; readonly note?: string | undefined }) => void;
  /** Shows the last state. A bar that was not updated to its total stays where it is. */
  readonly end: () => void;
}

export interface ProgressBarOptions {
  /** How much there is to do; without it there is no bar, only the line. */
  readonly total?: number | undefined;
  /** What is counted: "clips". */
  readonly unit?: string | undefined;
  /** How an amount is written: "3/12 cells", "12.3/260.0 MB". Whole numbers and the unit when left out. */
  readonly format?: ((done: number, total: number | undefined) => string) | undefined;
  /** Milliseconds between two drawings; 200 in a notebook, 100 on a terminal and 5000 elsewhere when left out. */
  readonly every?: number | undefined;
  /** Default: stderr is a terminal. A terminal has one line that is drawn again, all else a line for each drawing. */
  readonly terminal?: boolean | undefined;
  /** Name of a place in the output of a cell: a bar takes over that of an earlier one. Default: a place of its own. */
  readonly place?: string | undefined;
  /** Where lines go, also in a notebook. Default: stderr, and in a notebook its output. */
  readonly write?: ((text: string) => void) | undefined;
}

/**
 * Progress of work that lasts over a second.
 *
 * ```ts
 * const bar = progressBar("talk.raw", { format: megabytes });
 * const events = await readEvents("talk.raw", { onProgress: ({ bytesRead, size }) => bar.update(bytesRead, { total: size }) });
 * bar.end();
 * ```
 * @throws OptionError for an unknown option.
 */
export function progressBar(title: string, options: ProgressBarOptions = {}): ProgressBar {
  checkOptions("progressBar", options, ["total", "unit", "format", "every", "terminal", "place", "write"]);
  const display = options.write === undefined ? displayOfKernel() : undefined;
  const { terminal = process.stderr.isTTY, every = display ? 200 : terminal ? 100 : 5000 } = options;
  const show = display ? inNotebook(title, display, options.place) : onStderr(title, terminal, options.write ?? ((text) => void process.stderr.write(text)));
  const { unit, format = (done, total) => `${done}${total === undefined ? "" : `/${total}`}${unit === undefined ? "" : ` ${unit}`}` } = options;
  const start = performance.now();
  let drawn = -Infinity;
  let waiting: State | undefined;
  const draw = ({ done, total, note }: State): void => {
    drawn = performance.now();
    waiting = undefined;
    const elapsed = (drawn - start) / 1000;
    const share = total === undefined || total <= 0 ? undefined : Math.min(1, Math.max(0, done / total));
    // A guess after less than two seconds would be wild.
    const left = share !== undefined && share > 0 && share < 1 && elapsed > 2 ? `, ${duration((elapsed * (1 - share)) / share)} left` : "";
    show.draw(share, `${format(done, total)}, ${elapsed.toFixed(1)} s${left}${note === undefined ? "" : `, ${note}`}`);
  };
  return {
    update(done, { total = options.total, note } = {}) {
      waiting = { done, total, note };
      if (performance.now() - drawn >= every || done === total) draw(waiting);
    },
    end() {
      if (waiting !== undefined) draw(waiting);
      show.end();
    },
  };
}

interface State {
  readonly done: number;
  readonly total: number | undefined;
  readonly note: string | undefined;
}

interface Shown {
  /** `share` from 0 to 1, where the total is known. */
  draw(share: number | undefined, text: string): void;
  end(): void;
}

function inNotebook(title: string, display: Display, place: string | undefined): Shown {
  let handle: DisplayHandle | undefined;
  return {
    draw(share, text) {
      const bar = share === undefined ? "" : `<progress max="1" value="${Number(share.toFixed(4))}" style="width:16em;vertical-align:middle;accent-color:var(--jp-brand-color1,#1976d2)"></progress> `;
      const html = `<label style="font-variant-numeric:tabular-nums">${escapeHtml(title)} ${bar}${escapeHtml(text)}</label>`;
      const value = { [Symbol.for("Jupyter.display")]: () => ({ "text/html": html, "text/plain": lineOf(title, share, text) }) };
      if (handle) handle.update(value);
      else handle = display(value, place === undefined ? {} : { place });
    },
    end() {},
  };
}

function onStderr(title: string, terminal: boolean, write: (text: string) => void): Shown {
  let open = false;
  return {
    draw(share, text) {
      const line = lineOf(title, share, text);
      write(terminal ? `\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
      open = terminal;
    },
    end() {
      if (open) write("\n");
      open = false;
    },
  };
}

function lineOf(title: string, share: number | undefined, text: string): string {
  const bar = share === undefined ? "" : `${"█".repeat(Math.round(20 * share)).padEnd(20, "·")} `;
  return `${title} ${bar}${text}`;
}

/** Bytes as megabytes: "12.3/260.0 MB". */
export function megabytes(done: number, total: number | undefined): string {
  const amount = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return `${amount(done)}${total === undefined ? "" : `/${amount(total)}`} MB`;
}

/** "2 h 5 min", "3 min", "12 s". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown time";
  const minutes = Math.round(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return seconds >= 90 ? `${minutes} min` : `${Math.ceil(seconds)} s`;
}
