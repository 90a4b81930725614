/**
 * Pictures in rows and columns as one PNG.
 * @module
 */
import { encode } from "fast-png";
import type { PictureSheet } from "./task.js";

const gap = 2;

/** Grey, from −1 black to 1 white, `zoom` pixels a value. */
export function sheetPng({ size, rows }: PictureSheet, zoom = 1): { readonly width: number; readonly height: number; readonly png: Uint8Array } {
  const side = size * zoom + gap;
  const width = Math.max(1, Math.max(...rows.map((row) => row.length), 1) * side - gap);
  const height = Math.max(1, rows.length * side - gap);
  const data = new Uint8Array(width * height).fill(255);
  rows.forEach((row, r) =>
    row.forEach((picture, c) => {
      for (let y = 0; y < size * zoom; y++) {
        const line = Math.floor(y / zoom) * size;
        for (let x = 0; x < size * zoom; x++) data[(r * side + y) * width + c * side + x] = Math.max(0, Math.min(255, Math.round((picture[line + Math.floor(x / zoom)]! + 1) * 127.5)));
      }
    }),
  );
  return { width, height, png: encode({ width, height, data, channels: 1, depth: 8 }) };
}
