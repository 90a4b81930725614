/**
 * SVG to PNG without a browser: resvg as WebAssembly, with one bundled font, so that the same
 * figure gives the same bytes on every machine.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { encodeOpaque } from "./pixels.js";
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
      return encodeOpaque(picture.pixels, picture.width, picture.height);
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
