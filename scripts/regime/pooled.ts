/**
 * Features without a network, for the controls: means over squares of the picture.
 * @module
 */
import { margin, side, size, type ClipArrays } from "./clips.js";

interface Table {
  readonly data: Float32Array;
  readonly width: number;
}

/** Means over `cells` × `cells` squares of each channel of `value`. */
function pool(clips: ClipArrays, cells: number, channels: number, value: (pixel: number, channel: number) => number): Table {
  const width = cells * cells * channels;
  const data = new Float32Array(clips.count * width);
  const share = (cells / size) ** 2;
  for (let n = 0; n < clips.count; n++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const pixel = (n * side + row + margin) * side + column + margin;
        const at = n * width + (Math.floor((row * cells) / size) * cells + Math.floor((column * cells) / size)) * channels;
        for (let c = 0; c < channels; c++) data[at + c]! += share * value(pixel, c);
      }
    }
  }
  return { data, width };
}

/** Counts of each window and polarity. */
export const pooledCounts = (clips: ClipArrays, cells: number): Table => logs(pool(clips, cells, clips.channels, (pixel, c) => clips.inputs[pixel * clips.channels + c]!));

/** ON less OFF of the whole clip: about the change of the logarithm of light. */
export const pooledChange = (clips: ClipArrays, cells: number): Table =>
  pool(clips, cells, 1, (pixel) => {
    let sum = 0;
    for (let c = 0; c < clips.channels; c++) sum += (c % 2 === 1 ? 1 : -1) * clips.inputs[pixel * clips.channels + c]!;
    return sum;
  });

/** The last picture less the first: what events are not needed for. */
export const pictureChange = (clips: ClipArrays, cells: number): Table => pool(clips, cells, 1, (pixel) => clips.pictures[pixel * 4 + 3]! - clips.pictures[pixel * 4]!);

/** Number of events of each window and polarity. */
export const totals = (clips: ClipArrays): Table => pooledCounts(clips, 1);

function logs({ data, width }: Table): Table {
  return { data: data.map(Math.log1p), width };
}
