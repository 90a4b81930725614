import { checkOptions } from "../errors.js";
import { progressBar, type ProgressBar, type ProgressBarOptions } from "../progress/bar.js";
import { showNothing } from "../progress/work.js";

export interface ProgressOptions extends Pick<ProgressBarOptions, "total" | "unit"> {
  /** Before the bar. */
  readonly title?: string;
}

/**
 * The same items, with a bar that shows how many of them the loop is through. Arrays, sets and maps say their length;
 * of other sequences `total` may say it.
 *
 * ```ts
 * for (const clip of progress(clips, { title: "reading", unit: "clips" })) …
 * for await (const batch of progress(streamEvents("talk.raw"))) …
 * ```
 * @throws OptionError for an unknown option.
 */
export function progress<Item>(items: Iterable<Item>, options?: ProgressOptions): IterableIterator<Item>;
export function progress<Item>(items: AsyncIterable<Item>, options?: ProgressOptions): AsyncIterableIterator<Item>;
export function progress<Item>(items: Iterable<Item> | AsyncIterable<Item>, options: ProgressOptions = {}): IterableIterator<Item> | AsyncIterableIterator<Item> {
  checkOptions("progress", options, ["title", "total", "unit"]);
  const { title = "progress", total = lengthOf(items), unit } = options;
  const start = (): ProgressBar => {
    const bar = progressBar(title, { total, unit });
    const showAgain = showNothing();
    return { ...bar, end: () => (showAgain(), bar.end()) };
  };
  return Symbol.asyncIterator in items ? later(items, start) : now(items, start);
}

function lengthOf(items: object): number | undefined {
  const { length, size } = items as { readonly length?: unknown; readonly size?: unknown };
  return typeof length === "number" ? length : typeof size === "number" ? size : undefined;
}

function* now<Item>(items: Iterable<Item>, start: () => ProgressBar): IterableIterator<Item> {
  const bar = start();
  let done = 0;
  bar.update(done);
  try {
    for (const item of items) {
      yield item;
      bar.update(++done);
    }
  } finally {
    bar.end();
  }
}

async function* later<Item>(items: AsyncIterable<Item>, start: () => ProgressBar): AsyncIterableIterator<Item> {
  const bar = start();
  let done = 0;
  bar.update(done);
  try {
    for await (const item of items) {
      yield item;
      bar.update(++done);
    }
  } finally {
    bar.end();
  }
}
