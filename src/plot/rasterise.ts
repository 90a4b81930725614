/**
 * SVG to PNG without a browser: resvg as WebAssembly, with one bundled font, so that the same
 * figure gives the same bytes on every machine.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { encode } from "fast-png";
import type { Rgb } from "./colours.js";
import { fontFamily } from "./svg.js";

interface Renderer {
  readonly Resvg: (typeof import("@resvg/resvg-wasm"))["Resvg"];
  readonly font: Uint8Array;
}

let renderer: Promise<Renderer> | undefined;

/** PNG of an SVG at `scale` device pixels a CSS pixel. */
export async function rasterise(svg: string, scale: number): Promise<Uint8Array> {
  renderer ??= load();
  const { Resvg, font } = await renderer;
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: [font], defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
  });
  try {
    const picture = drawing.render();
    try {
      return withoutAlpha(picture.pixels, picture.width, picture.height);
    } finally {
      picture.free();
    }
  } finally {
    drawing.free();
  }
}

async function load(): Promise<Renderer> {
  const [{ initWasm, Resvg }, wasm, font] = await Promise.all([
    import("@resvg/resvg-wasm"),
    readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")),
    readFile(new URL("font/OpenSans-subset.ttf", import.meta.url)),
  ]);
  try {
    await initWasm(wasm);
  } catch (error) {
    // The module is shared by all who import it, and only the first may start it.
    if (!String(error).includes("Already initialized")) throw error;
  }
  return { Resvg, font };
}

/** Our figures have an opaque ground: indexed pictures where 256 colours do, else three channels. */
function withoutAlpha(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const indexed = toIndexed(rgba);
  if (indexed) return encodeIndexed({ width, height, ...indexed });
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return encode({ width, height, data: rgb, channels: 3 });
}

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
      return { indices: Uint8Array.from(words, (word) => numberOfWord.get(word)!), palette };
    }
  }
  return undefined;
}

/** One palette index a pixel, row by row from the top left. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly indices: Uint8Array;
  readonly palette: readonly Rgb[];
}

/** PNG of an indexed picture, packed into as few bits a pixel as its palette needs. */
export function encodeIndexed({ width, height, indices, palette }: IndexedImage): Uint8Array {
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

