import type { RunProgress } from "../run/options.js";
import { progressBar } from "../widgets/index.js";

/** Progress over the cells of a notebook. */
export function cellProgress(title: string): { readonly update: (progress: RunProgress) => void; readonly end: () => void } {
  const bar = progressBar(title, { unit: "cells", every: 0 });
  return { update: ({ cell, cells, description }) => bar.update(cell, { total: cells, note: description }), end: bar.end };
}
