/**
 * Long work of this library shows by itself how far it is, in a notebook, to those who did not ask for its progress.
 * @module
 */
import { megabytes, progressBar, type ProgressBarOptions } from "./bar.js";
import { displayOfKernel } from "./display.js";
import { whenUnwound } from "../unwound.js";

/** A bar for the progress of some work. */
export interface WorkBar<Progress> extends Pick<ProgressBarOptions, "unit" | "format"> {
  readonly title: string;
  readonly state: (progress: Progress) => { readonly done: number; readonly total?: number | undefined; readonly note?: string | undefined };
  /** Outside of notebooks too: for programs. */
  readonly everywhere?: boolean;
}

/** Work that ends sooner shows no bar. */
const patience = 1000;
/** What is under way, with a bar or without. */
let underWay = 0;
whenUnwound(() => (underWay = 0));

/**
 * Does `work` and hands it what it reports its progress to: `onProgress`, or a bar if there is none. Of work within work
 * only the outer one shows a bar, and all works of a cell share one line of its output.
 */
export async function withBar<Progress, Result>(bar: WorkBar<Progress>, onProgress: ((progress: Progress) => void) | undefined, work: (onProgress: ((progress: Progress) => void) | undefined) => Promise<Result>): Promise<Result> {
  const shown = onProgress === undefined && underWay === 0 && (bar.everywhere === true || displayOfKernel() !== undefined) ? lateBar(bar) : undefined;
  return alone(() => work(onProgress ?? shown?.report)).finally(() => shown?.end());
}

/** While `work` lasts, work within it shows no bars. */
export async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const end = showNothing();
  try {
    return await work();
  } finally {
    end();
  }
}

/** From now on, to the call of what it returns, work shows no bars. */
export function showNothing(): () => void {
  underWay++;
  return () => void underWay--;
}

function lateBar<Progress>({ title, state, unit, format }: WorkBar<Progress>): { readonly report: (progress: Progress) => void; readonly end: () => void } {
  const start = performance.now();
  const bar = progressBar(title, { unit, format, place: "evtlab-work" });
  let shown = false;
  return {
    report(progress) {
      if (performance.now() - start < patience) return;
      shown = true;
      const { done, ...more } = state(progress);
      bar.update(done, more);
    },
    end() {
      if (shown) bar.end();
    },
  };
}

/** How much of a recording is read. */
export function readingBar(title: string): WorkBar<{ readonly bytesRead: number; readonly size: number | undefined; readonly events: number }> {
  return { title, format: megabytes, state: ({ bytesRead, size, events }) => ({ done: bytesRead, total: size, note: `${events.toLocaleString("en")} events` }) };
}
