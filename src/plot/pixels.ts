/**
 * Pictures as PNG bytes: small, because event data have few colours, and the same on every machine.
 * @module
 */
import { encode } from "fast-png";
import type { Rgb } from "./colours.js";

/** One palette index a pixel, row by row from the top left. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly indices: Uint8Array;
  readonly palette: readonly Rgb[];
}

/** Three bytes a pixel, row by row from the top left. */
export interface ColourImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** PNG of a picture. */
export function encodePicture(picture: IndexedImage | ColourImage): Uint8Array {
  if ("palette" in picture) return encodeIndexed(picture);
  return encode({ width: picture.width, height: picture.height, data: picture.rgb, channels: 3 });
}

/** PNG of an indexed picture, packed into as few bits a pixel as its palette needs. */
function encodeIndexed({ width, height, indices, palette }: IndexedImage): Uint8Array {
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  const each = 8 / depth;
  const stride = Math.ceil(width / each);
  const data = depth === 8 ? indices : new Uint8Array(stride * height);
  if (depth < 8) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        data[y * stride + Math.floor(x / each)]! |= indices[y * width + x]! << (8 - depth * (1 + (x % each)));
      }
    }
  }
  return encode({ width, height, data, depth, channels: 1, palette: palette.map((colour) => [...colour]) });
}

/** PNG of opaque RGBA pixels: indexed where 256 colours do, else three channels. */
export function encodeOpaque(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const indexed = toIndexed(rgba);
  if (indexed) return encodeIndexed({ width, height, ...indexed });
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return encodePicture({ width, height, rgb });
}

/** More pixels than this share may not change their colour: photographs would show steps. */
const mostMoved = 0.03;

/**
 * At most 256 colours, or undefined when that would show. Where there are more, colours alike in
 * the upper bits become the commonest of them, so that the colours of data stay exact and only
 * the blends at edges move.
 */
function toIndexed(rgba: Uint8Array): { indices: Uint8Array; palette: Rgb[] } | undefined {
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  const counts = new Map<number, number>();
  for (let i = 0; i < words.length; ) {
    const word = words[i]!;
    const start = i;
    do i++;
    while (i < words.length && words[i] === word);
    counts.set(word, (counts.get(word) ?? 0) + i - start);
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  for (const mask of [0xffffff, 0xf8f8f8, 0xf0f0f0]) {
    const numberOfBucket = new Map<number, number>();
    const numberOfWord = new Map<number, number>();
    const palette: Rgb[] = [];
    for (const [word] of byCount) {
      let number = numberOfBucket.get(word & mask);
      if (number === undefined) {
        number = palette.length;
        if (number === 256) break;
        numberOfBucket.set(word & mask, number);
        palette.push([word & 255, (word >> 8) & 255, (word >> 16) & 255]);
      }
      numberOfWord.set(word, number);
    }
    if (numberOfWord.size === counts.size) {
      const moved = byCount.reduce((sum, [word, count]) => (isOf(word, palette[numberOfWord.get(word)!]!) ? sum : sum + count), 0);
      if (moved > mostMoved * words.length) return undefined;
      return { indices: Uint8Array.from(words, (word) => numberOfWord.get(word)!), palette };
    }
  }
  return undefined;
}

function isOf(word: number, [red, green, blue]: Rgb): boolean {
  return (word & 0xffffff) === (red | (green << 8) | (blue << 16));
}

/**
 * A smaller picture whose pixels are the mean of those they cover. Leaving out pixels instead
 * would lose single events.
 */
export function shrink(picture: IndexedImage | ColourImage, toWidth: number, toHeight: number): Uint8Array {
  const { width, height } = picture;
  const rgb = "palette" in picture ? coloursOf(picture) : picture.rgb;
  const sums = new Float32Array(toWidth * 3);
  const data = new Uint8Array(toWidth * toHeight * 3);
  for (let row = 0; row < toHeight; row++) {
    sums.fill(0);
    const top = (row * height) / toHeight;
    const bottom = ((row + 1) * height) / toHeight;
    for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
      const tall = Math.min(y + 1, bottom) - Math.max(y, top);
      for (let column = 0; column < toWidth; column++) {
        const left = (column * width) / toWidth;
        const right = ((column + 1) * width) / toWidth;
        for (let x = Math.floor(left); x < right; x++) {
          const share = tall * (Math.min(x + 1, right) - Math.max(x, left));
          const at = 3 * (y * width + x);
          sums[3 * column]! += share * rgb[at]!;
          sums[3 * column + 1]! += share * rgb[at + 1]!;
          sums[3 * column + 2]! += share * rgb[at + 2]!;
        }
      }
    }
    const area = (width * height) / (toWidth * toHeight);
    for (let i = 0; i < sums.length; i++) data[row * toWidth * 3 + i] = Math.round(sums[i]! / area);
  }
  return encodePicture({ width: toWidth, height: toHeight, rgb: data });
}

function coloursOf({ indices, palette }: IndexedImage): Uint8Array {
  const rgb = new Uint8Array(3 * indices.length);
  for (let i = 0; i < indices.length; i++) rgb.set(palette[indices[i]!]!, 3 * i);
  return rgb;
}
