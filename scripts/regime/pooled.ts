/**
 * What is known without a network, for the controls: means over squares of the picture. Inputs are "N x counts".
 * @module
 */
import type { Rows } from "../../src/evaluate/index.js";
import { margin, side, size, type ClipArrays } from "./clips.js";


/** Means over `cells` × `cells` squares of each channel of `value`. */
function pool(clips: ClipArrays, cells: number, channels: number, value: (pixel: number, channel: number) => number): Rows {
  const width = cells * cells * channels;
  const x = new Float64Array(clips.count * width);
  const share = (cells / size) ** 2;
  for (let n = 0; n < clips.count; n++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const pixel = (n * side + row + margin) * side + column + margin;
        const at = n * width + (Math.floor((row * cells) / size) * cells + Math.floor((column * cells) / size)) * channels;
        for (let c = 0; c < channels; c++) x[at + c]! += share * value(pixel, c);
      }
    }
  }
  return { x, features: width };
}

/** Counts of each polarity over the whole clip. */
export const pooledSums = (clips: ClipArrays, cells: number): Rows =>
  logs(
    pool(clips, cells, 2, (pixel, p) => {
      let sum = 0;
      for (let c = p; c < clips.channels; c += 2) sum += Math.expm1(clips.inputs[pixel * clips.channels + c]!);
      return sum;
    }),
  );

/** Counts of each window and polarity. */
export const pooledCounts = (clips: ClipArrays, cells: number): Rows => logs(pool(clips, cells, clips.channels, (pixel, c) => Math.expm1(clips.inputs[pixel * clips.channels + c]!)));

/** ON less OFF of the whole clip: about the change of the logarithm of light. */
export const pooledChange = (clips: ClipArrays, cells: number): Rows =>
  pool(clips, cells, 1, (pixel) => {
    let sum = 0;
    for (let c = 0; c < clips.channels; c++) sum += (c % 2 === 1 ? 1 : -1) * Math.expm1(clips.inputs[pixel * clips.channels + c]!);
    return sum;
  });

/** The last picture less the first: what events are not needed for. */
export const pictureChange = (clips: ClipArrays, cells: number): Rows => pool(clips, cells, 1, (pixel) => clips.pictures[pixel * 4 + 3]! - clips.pictures[pixel * 4]!);

/** Number of events of each window and polarity. */
export const totals = (clips: ClipArrays): Rows => pooledCounts(clips, 1);

function logs({ x, features }: Rows): Rows {
  return { x: x.map(Math.log1p), features };
}
