// How rig.bin is laid out behind its header: planes of variable-length integers, as src/simulate/face/rig.ts reads them.
import type { Offsets } from "./wheel.js";

export interface Target {
  readonly name: string;
  readonly offsets: Offsets;
}

export class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(values: readonly number[]): void {
    for (const value of values) this.#bytes.push(value & 255);
  }

  /** Seven bits a byte, low bits first. */
  unsigned(value: number): void {
    for (; value > 127; value >>>= 7) this.#bytes.push((value & 127) | 128);
    this.#bytes.push(value);
  }

  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  signedDeltas(values: readonly number[]): void {
    values.forEach((value, i) => this.signed(value - (values[i - 1] ?? 0)));
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/**
 * Of each target that is not the mirror image of another: how many vertices it moves; then of all, the steps from
 * vertex to vertex, and the steps of x, y and z from one moved vertex to the next.
 */
export function writeTargets(bytes: ByteWriter, group: readonly (Target & { mirrorOf: number })[]): void {
  const own = group.filter(({ mirrorOf }) => mirrorOf < 0);
  for (const { offsets } of own) bytes.unsigned(offsets.size);
  for (const { offsets } of own) bytes.signedDeltas([...offsets.keys()]);
  for (const axis of [0, 1, 2]) {
    for (const { offsets } of own) bytes.signedDeltas([...offsets.values()].map((offset) => offset[axis]!));
  }
}
