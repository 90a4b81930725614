/**
 * The clips of the study: who they are of, where they lie, and how they become arrays.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventTable } from "../../src/events/table.js";
import { uniforms } from "../../src/models/random.js";
import { build, loadRepresentation } from "../../src/represent/index.js";

/** Of the pictures and of the sensor. */
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

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
/** Subjects, apart from each other: labels of `train` are given in part, those of `unlabelled` never. */
export const people = { train: range(0, 100), validation: range(100, 140), test: range(140, 250), unlabelled: range(260, 1000) } as const;

/** Who an encoder is pretrained on: the people of the training set, whose labels it does not see, and others. */
export const pretrainedOn = (count: number): readonly number[] => [...people.train, ...people.unlabelled].slice(0, count);

/** People whose labels are given: for each seed others, fewer of them a part of more. */
export function labelledPeople(seed: number, count: number): number[] {
  const draw = uniforms(seed, "labelled");
  const order = [...people.train];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, count).sort((a, b) => a - b);
}

/** A clip with its events on the square of the face with its margin. */
interface RawClip {
  readonly events: EventTable;
  readonly pictures: readonly Uint8Array[];
  readonly box: { readonly x: number; readonly y: number; readonly side: number };
}

/** Clips with their inputs [clips, side, side, channels] and pictures [clips, side, side, 4] as bytes. */
export interface ClipArrays {
  readonly count: number;
  readonly channels: number;
  readonly subjects: Int32Array;
  readonly labels: Int32Array;
  readonly inputs: Float32Array;
  readonly pictures: Uint8Array;
}

/**
 * The clips of these subjects. The input is "6 x counts", log(1 + events) of each polarity in each of 6 windows, or, as
 * "6 x voxel:bins=5", any text of `evtlab represent`: that grid of each window, over its greatest value.
 */
export async function loadClips(folder: string, subjects: readonly number[], input: string): Promise<ClipArrays> {
  const [, number, text] = /^(\d+) x (.+)$/.exec(input) ?? [];
  if (number === undefined) throw new Error(`expected an input such as "6 x counts", received "${input}"`);
  const windows = Number(number);
  const encode = text === "counts" ? counts : await represented(text!);
  const count = subjects.length * classes;
  const pictures = new Uint8Array(count * side * side * 4);
  let inputs = new Float32Array(0);
  let n = 0;
  for (const clip of subjects.flatMap((subject) => readSubject(folder, subject))) {
    const values = await encode(clip.events, windows);
    if (n === 0) inputs = new Float32Array(count * values.length);
    inputs.set(values, n * values.length);
    clip.pictures.forEach((picture, k) => cut(picture, clip.box, pictures.subarray(n * side * side * 4, (n + 1) * side * side * 4), k));
    n++;
  }
  return { count, channels: inputs.length / (count * side * side), subjects: Int32Array.from({ length: count }, (_, i) => subjects[Math.floor(i / classes)]!), labels: Int32Array.from({ length: count }, (_, i) => i % classes), inputs, pictures };
}

/** The seven clips of a subject, as `make-clips.ts` wrote them. */
function readSubject(folder: string, subject: number): RawClip[] {
  const bytes = new Uint8Array(readFileSync(join(folder, `s${String(subject).padStart(4, "0")}.bin`)));
  let at = 0;
  const take = (length: number): Uint8Array => bytes.slice(at, (at += length));
  return range(0, classes).map(() => {
    const events = new Uint32Array(take(4).buffer)[0]!;
    const [x, y, wide] = new Float32Array(take(16).buffer) as unknown as [number, number, number];
    const pictures = pictureTimes.map(() => take(width * height));
    const [t, packed, rows] = [new Uint16Array(take(2 * events).buffer), take(events), take(events)];
    const box = { x, y, side: wide };
    return { box, pictures, events: placed(t, packed, rows, box) };
  });
}

function placed(t: Uint16Array, packed: Uint8Array, rows: Uint8Array, box: RawClip["box"]): EventTable {
  const scale = size / box.side;
  const columns = { t: new BigInt64Array(t.length), x: new Uint16Array(t.length), y: new Uint16Array(t.length), p: new Uint8Array(t.length) };
  let n = 0;
  for (let i = 0; i < t.length; i++) {
    const x = Math.floor(((packed[i]! & 127) + 0.5 - box.x) * scale) + margin;
    const y = Math.floor((rows[i]! + 0.5 - box.y) * scale) + margin;
    if (x < 0 || y < 0 || x >= side || y >= side) continue;
    columns.t[n] = BigInt(t[i]! * 10);
    columns.x[n] = x;
    columns.y[n] = y;
    columns.p[n++] = packed[i]! >> 7;
  }
  return EventTable.from({ t: columns.t.subarray(0, n), x: columns.x.subarray(0, n), y: columns.y.subarray(0, n), p: columns.p.subarray(0, n) }, { sensor: { width: side, height: side }, origin: 0n });
}

type Encode = (events: EventTable, windows: number) => Promise<Float32Array>;

const counts: Encode = ({ t, x, y, p }, windows) => {
  const channels = 2 * windows;
  const values = new Float32Array(side * side * channels);
  const length = (seconds * 1e6) / windows;
  for (let i = 0; i < t.length; i++) values[(y[i]! * side + x[i]!) * channels + 2 * Math.min(windows - 1, Math.floor(Number(t[i]) / length)) + p[i]!]!++;
  return Promise.resolve(values.map(Math.log1p));
};

/** Grids of the windows side by side in the channels. */
async function represented(text: string): Promise<Encode> {
  const representation = await loadRepresentation(text);
  return async (events, windows) => {
    const length = Math.round((seconds * 1e6) / windows);
    const grids: ArrayLike<number>[] = [];
    for (let k = 0; k < windows; k++) grids.push((await build(events, representation, { window: { from: k * length, to: (k + 1) * length } })).data);
    const each = grids[0]!.length / (side * side);
    const values = new Float32Array(grids.length * grids[0]!.length);
    grids.forEach((grid, k) => {
      let most = 1e-6;
      for (let i = 0; i < grid.length; i++) most = Math.max(most, Math.abs(grid[i]!));
      for (let i = 0; i < grid.length; i++) values[Math.floor(i / each) * each * windows + k * each + (i % each)] = grid[i]! / most;
    });
    return values;
  };
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
