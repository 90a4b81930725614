/**
 * Filters between PyTorch's order of axes and that of tfjs.
 *
 * A convolution is [out, in, height, width] there and [height, width, in, out] here; a transposed convolution is
 * [in, out, height, width] there and [height, width, out, in] here: both are the permutation (2, 3, 1, 0). Linear and
 * LSTM weights are [out, in] in both.
 * @module
 */
export type Layout = "plain" | "filter";

/** Shape in a file of a parameter of `shape` in memory. */
export function torchShape(shape: readonly number[], layout: Layout): number[] {
  return layout === "plain" ? [...shape] : [shape[3]!, shape[2]!, shape[0]!, shape[1]!];
}

/** Values in PyTorch's order; `shape` is that in memory. */
export function toTorch(data: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  if (layout === "plain") return data;
  const result = new Float32Array(data.length);
  forEachTap(shape, (here, there) => (result[there] = data[here]!));
  return result;
}

/** Values in the order of memory; `shape` is that in memory. */
export function fromTorch(data: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  if (layout === "plain") return data;
  const result = new Float32Array(data.length);
  forEachTap(shape, (here, there) => (result[here] = data[there]!));
  return result;
}

function forEachTap([height, width, inner, outer]: readonly number[], visit: (here: number, there: number) => void): void {
  const taps = height! * width!;
  let here = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inner!; i++) for (let o = 0; o < outer!; o++) visit(here++, (o * inner! + i) * taps + tap);
  }
}
