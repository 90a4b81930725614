import type { RunProgress } from "../run/options.js";
import { withBar, type WorkBar } from "../progress/work.js";
import { progressBar } from "../widgets/index.js";

/** A bar for work that lasts over a second, on a terminal: what is piped into a file or a program stays as it is. */
export function withTerminalBar<Progress, Result>(bar: WorkBar<Progress>, work: (onProgress: (progress: Progress) => void) => Promise<Result>): Promise<Result> {
  return withBar({ ...bar, everywhere: process.stderr.isTTY }, undefined, (onProgress = () => undefined) => work(onProgress));
}

/** Progress over the cells of a notebook. */
export function cellProgress(title: string): { readonly update: (progress: RunProgress) => void; readonly end: () => void } {
  const bar = progressBar(title, { unit: "cells", every: 0 });
  return { update: ({ cell, cells, description }) => bar.update(cell, { total: cells, note: description }), end: bar.end };
}
