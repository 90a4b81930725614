/**
 * Pieces of SVG, written as strings. Coordinates are rounded to a hundredth of a pixel, so that
 * the same figure is the same text.
 * @module
 */
import { ink } from "./colours.js";

export const fontFamily = "Open Sans";

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text that is safe inside SVG and inside Plotly's subset of HTML. Control characters become spaces, lone surrogates the replacement character. */
export function escapeText(text: string): string {
  return (
    text
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/[\p{Cc}\ufffe\uffff]/gu, " ")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}

export interface TextOptions {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly fill?: string;
  /** Degrees, clockwise, about the point. */
  readonly rotate?: number;
}

/** Text whose middle line runs through (x, y). */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { anchor = "start", size = 12, fill = ink, rotate = 0 } = options;
  const turn = rotate === 0 ? "" : ` transform="rotate(${rotate} ${round(x)} ${round(y)})"`;
  return `<text x="${round(x)}" y="${round(y + size * 0.35)}" font-family="${fontFamily}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${turn}>${escapeText(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string = ink, width = 1): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}" stroke-width="${width}"/>`;
}

/** A PNG over a rectangle; `smooth` blends pixels, otherwise they keep their edges. */
export function image(
  png: Uint8Array,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  smooth: boolean,
): string {
  return `<image x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" preserveAspectRatio="none" image-rendering="${smooth ? "optimizeQuality" : "optimizeSpeed"}" href="${dataUri(png)}"/>`;
}

export function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${toBase64(png)}`;
}

export function toBase64(bytes: ArrayBufferView): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Roughly the width of a text in pixels: enough to set things side by side. */
export function textWidth(content: string, size = 12): number {
  return content.length * size * 0.56;
}
