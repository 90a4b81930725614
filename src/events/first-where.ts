/**
 * Search by halves.
 * @module
 */

/** The first place in [from, to) at which `reached` is true, `to` where there is none. Once true, it must stay true. */
export function firstWhere(from: number, to: number, reached: (place: number) => boolean): number {
  while (from < to) {
    const middle = from + ((to - from) >>> 1);
    if (reached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** {@link firstWhere} where an answer has to be read from a file. */
export async function firstWhereRead(from: number, to: number, reached: (place: number) => Promise<boolean>): Promise<number> {
  while (from < to) {
    const middle = from + ((to - from) >>> 1);
    if (await reached(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
