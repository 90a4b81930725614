/**
 * The clips of the study as arrays: counts of events in windows, and pictures, of the face's square with a margin.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const width = 128;
export const height = 112;
/** Seed of the people and their clips. */
export const seed = 20;
/** Length of a clip. */
export const seconds = 0.6;
/** Of the pictures, in microseconds: numbers 0, 6, 12 and 17 of those that e-CK+ has, 30 a second. */
export const pictureTimes = [0, 6, 12, 17].map((k) => (k * 1e6) / 30);
export const classes = 7;

/** Pixels of the square that a network sees, and how many more lie around it for shifts. */
export const size = 48;
export const margin = 3;
export const side = size + 2 * margin;

export interface RawClip {
  readonly subject: number;
  readonly label: number;
  readonly box: { readonly x: number; readonly y: number; readonly side: number };
  readonly pictures: readonly Uint8Array[];
  /** Units of 10 µs. */
  readonly t: Uint16Array;
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  readonly p: Uint8Array;
}

/** The seven clips of a subject. */
export function readSubject(folder: string, subject: number): RawClip[] {
  const bytes = new Uint8Array(readFileSync(join(folder, `s${String(subject).padStart(4, "0")}.bin`)));
  let at = 0;
  const take = (length: number): Uint8Array => bytes.slice(at, (at += length));
  return Array.from({ length: classes }, (_, label) => {
    const events = new Uint32Array(take(4).buffer)[0]!;
    const [x0, y0, wide] = new Float32Array(take(16).buffer);
    const pictures = pictureTimes.map(() => take(width * height));
    const t = new Uint16Array(take(2 * events).buffer);
    const packed = take(events);
    return { subject, label, box: { x: x0!, y: y0!, side: wide! }, pictures, t, x: packed.map((x) => x & 127), y: take(events), p: packed.map((x) => x >> 7) };
  });
}

/** Clips with their inputs [clips, side, side, channels] and pictures [clips, side, side, 4], bytes. */
export interface ClipArrays {
  readonly count: number;
  readonly channels: number;
  readonly subjects: Int32Array;
  readonly labels: Int32Array;
  readonly inputs: Uint8Array;
  readonly pictures: Uint8Array;
}

/** Fills one clip's part of the inputs, [side, side, channels] of zeros. */
export interface InputKind {
  readonly channels: number;
  fill(clip: RawClip, into: Uint8Array): void;
}

/** Column and row on the square with its margin, or −1. */
export function place(clip: RawClip, i: number): number {
  const scale = size / clip.box.side;
  const column = Math.floor((clip.x[i]! + 0.5 - clip.box.x) * scale) + margin;
  const row = Math.floor((clip.y[i]! + 0.5 - clip.box.y) * scale) + margin;
  return column < 0 || row < 0 || column >= side || row >= side ? -1 : row * side + column;
}

/** Counts of each polarity in windows of the same length. */
export function counts(windows: number): InputKind {
  const channels = 2 * windows;
  return {
    channels,
    fill(clip, into) {
      const length = (seconds * 1e5) / windows;
      for (let i = 0; i < clip.t.length; i++) {
        const cell = place(clip, i);
        if (cell < 0) continue;
        const at = cell * channels + 2 * Math.min(windows - 1, Math.floor(clip.t[i]! / length)) + clip.p[i]!;
        if (into[at]! < 255) into[at]!++;
      }
    },
  };
}

export function loadClips(folder: string, subjects: readonly number[], kind: InputKind): ClipArrays {
  const count = subjects.length * classes;
  const area = side * side;
  const result = { count, channels: kind.channels, subjects: new Int32Array(count), labels: new Int32Array(count), inputs: new Uint8Array(count * area * kind.channels), pictures: new Uint8Array(count * area * 4) };
  let n = 0;
  for (const subject of subjects) {
    for (const clip of readSubject(folder, subject)) {
      result.subjects[n] = subject;
      result.labels[n] = clip.label;
      kind.fill(clip, result.inputs.subarray(n * area * kind.channels, (n + 1) * area * kind.channels));
      clip.pictures.forEach((picture, k) => cut(picture, clip.box, result.pictures.subarray(n * area * 4, (n + 1) * area * 4), k));
      n++;
    }
  }
  return result;
}

/** The square of a picture with its margin, by the mean of 2 × 2 bilinear samples a pixel. */
function cut(picture: Uint8Array, box: RawClip["box"], into: Uint8Array, channel: number): void {
  const scale = box.side / size;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let sum = 0;
      for (const [v, u] of [[0.25, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.75]] as const) {
        const x = Math.min(width - 1.001, Math.max(0, box.x + (column - margin + u) * scale - 0.5));
        const y = Math.min(height - 1.001, Math.max(0, box.y + (row - margin + v) * scale - 0.5));
        const [i, j, a, b] = [Math.floor(x), Math.floor(y), x % 1, y % 1];
        const at = j * width + i;
        sum += (picture[at]! * (1 - a) + picture[at + 1]! * a) * (1 - b) + (picture[at + width]! * (1 - a) + picture[at + width + 1]! * a) * b;
      }
      into[(row * side + column) * 4 + channel] = Math.round(sum / 4);
    }
  }
}
