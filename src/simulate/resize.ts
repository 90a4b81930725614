/**
 * Cutting and scaling grey pictures.
 * @module
 */
import { OptionError } from "../errors.js";
import { checkRegion, type Region } from "../events/region.js";
import type { SensorSize } from "../events/schema.js";

/** A grey picture. */
export interface GreyPicture extends SensorSize {
  readonly data: Uint8Array | Float32Array;
}

/** Part of a picture. @throws OptionError when the region leaves it. */
export function cropPicture({ width, height, data }: GreyPicture, region: Region): GreyPicture {
  checkRegion("crop", region, { width, height });
  const cut = data instanceof Float32Array ? new Float32Array(region.width * region.height) : new Uint8Array(region.width * region.height);
  for (let y = 0; y < region.height; y++) {
    const start = (region.y + y) * width + region.x;
    cut.set(data.subarray(start, start + region.width), y * region.width);
  }
  return { width: region.width, height: region.height, data: cut };
}

/** The largest part in the middle of a picture that has the proportions of `size`, in whole pixels. */
export function middleOf({ width, height }: SensorSize, size: SensorSize): Region {
  const scale = Math.min(width / size.width, height / size.height);
  const cut = { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
  return { x: Math.floor((width - cut.width) / 2), y: Math.floor((height - cut.height) / 2), ...cut };
}

/** Which pixels of a line make one of the scaled line, and how much of each. */
interface Taps {
  readonly first: Int32Array;
  readonly count: number;
  readonly weights: Float32Array;
}

/**
 * Scales pictures of one size to another: linear interpolation that is widened when it makes a picture smaller, so that
 * every pixel counts (Pillow's and torchvision's antialiased "bilinear"). Nothing is rounded.
 */
export class Resizer {
  readonly #from: SensorSize;
  readonly #to: SensorSize;
  readonly #columns: Taps;
  readonly #rows: Taps;

  constructor(from: SensorSize, to: SensorSize) {
    for (const side of [to.width, to.height]) {
      if (!Number.isInteger(side) || side < 1 || side > 8192) {
        throw new OptionError({ where: "size", expected: "whole pixels from 1 to 8192", received: `${to.width} × ${to.height}` });
      }
    }
    this.#from = from;
    this.#to = to;
    this.#columns = taps(from.width, to.width);
    this.#rows = taps(from.height, to.height);
  }

  resize(data: Uint8Array | Float32Array): Float32Array<ArrayBuffer> {
    const { width, height } = this.#to;
    const wide = new Float32Array(width * this.#from.height);
    const { first, count, weights } = this.#columns;
    for (let y = 0, i = 0; y < this.#from.height; y++) {
      const row = y * this.#from.width;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0, w = x * count, at = row + first[x]!; k < count; k++) sum += weights[w + k]! * data[at + k]!;
        wide[i++] = sum;
      }
    }
    const scaled = new Float32Array(width * height);
    const rows = this.#rows;
    for (let y = 0; y < height; y++) {
      const target = y * width;
      for (let k = 0; k < rows.count; k++) {
        const weight = rows.weights[y * rows.count + k]!;
        if (weight === 0) continue;
        const source = (rows.first[y]! + k) * width;
        for (let x = 0; x < width; x++) scaled[target + x]! += weight * wide[source + x]!;
      }
    }
    return scaled;
  }
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const count = Math.min(from, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.min(from - count, Math.max(0, Math.floor(centre - reach)));
    const share = Array.from({ length: count }, (_, k) => Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / reach));
    const total = share.reduce((sum, part) => sum + part, 0);
    first[i] = start;
    weights.set(share.map((part) => part / total), i * count);
  }
  return { first, count, weights };
}
