/**
 * The memory that a decoder works on: one block of state, two input chunks, and the columns of a batch.
 *
 * A decode kernel takes words from `position` on until the input or the room for output is used up, or a word is at
 * fault; it then stands behind that word. It remembers between two calls what the format has to remember. A kernel
 * is a function of the block alone, so the same block serves the WebAssembly kernel (in an {@link Arena}) and the
 * TypeScript definition (in any buffer). `assembly/decode-block.ts` mirrors the fields.
 * @module
 */
import type { Arena } from "./arena.js";

/** Index of each 32-bit field of the state. Positions are byte offsets into the buffer of the block. */
export const field = {
  /** Next byte to decode, and the end of the input. */
  position: 0,
  end: 1,
  /** Events written, and how many there is room for. */
  events: 2,
  capacity: 3,
  triggers: 4,
  triggerCapacity: 5,
  /** One of {@link fault}, or 0; and the value that is out of range. */
  fault: 6,
  faultValue: 7,
  /** Coordinates from here on lie outside the sensor. */
  width: 8,
  height: 9,
  /** One more than the largest coordinate so far. */
  xEnd: 10,
  yEnd: 11,
  /** Events that are earlier than the one before. */
  backwardSteps: 12,
  /** 1 until the first time of the file is known, if times shall count from it. */
  shiftWanted: 13,
  /** Offsets of the columns. */
  t: 14,
  /** From here on a kernel keeps what it has to remember, and what it is told of the file. */
  registers: 28,
} as const;

/** Index of each 64-bit field of the state: the largest step back, what times count from, the time of the last event. */
export const longField = { largestBackward: 11, shift: 12, lastT: 13 } as const;

/** `text`: what the value means, the format says. */
export const fault = { none: 0, x: 1, y: 2, text: 3 } as const;

/** What a decoder has to remember to go on elsewhere: all but the positions, counts and room of one call. */
const memories = [[40, 56], [88, 256]] as const;
/** Bytes of it. */
export const memoryBytes = 16 + 168;
/** The state, and as much again for a kernel that wants to keep a copy of it. */
const stateBytes = 512;
/** Room before each chunk for the bytes of a word that the chunk before has begun. */
export const headroom = 16;
/** Kernels write up to this many events behind the last one, which is faster than to stop exactly. */
export const slack = 32;

export interface DecodeBlockSize {
  readonly chunkBytes: number;
  readonly events: number;
  readonly triggers: number;
}

/** A kernel: reads and writes the block that it was made for. */
export type DecodeKernel = () => void;

export class DecodeBlock {
  readonly state: Int32Array;
  readonly longState: BigInt64Array;
  readonly bytes: Uint8Array;
  readonly t: BigInt64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
  readonly triggerT: BigInt64Array;
  readonly triggerId: Uint8Array;
  readonly triggerP: Uint8Array;
  readonly size: DecodeBlockSize;
  /** Where the block begins in its buffer. */
  readonly offset: number;
  readonly #inputs: readonly [number, number];

  private constructor(buffer: ArrayBuffer, offset: number, size: DecodeBlockSize) {
    const room = size.events + slack;
    let next = offset + stateBytes;
    const place = (bytes: number) => {
      const at = next;
      next = (next + bytes + 15) & ~15;
      return at;
    };
    this.size = size;
    this.offset = offset;
    this.#inputs = [place(headroom + size.chunkBytes) + headroom, place(headroom + size.chunkBytes) + headroom];
    const columns = [room * 8, room * 2, room * 2, room, size.triggers * 8, size.triggers, size.triggers].map(place);
    const [t, x, y, p, triggerT, triggerId, triggerP] = columns as [number, number, number, number, number, number, number];
    this.bytes = new Uint8Array(buffer);
    this.state = new Int32Array(buffer, offset, stateBytes / 4);
    this.longState = new BigInt64Array(buffer, offset, stateBytes / 8);
    this.t = new BigInt64Array(buffer, t, room);
    this.x = new Uint16Array(buffer, x, room);
    this.y = new Uint16Array(buffer, y, room);
    this.p = new Uint8Array(buffer, p, room);
    this.triggerT = new BigInt64Array(buffer, triggerT, size.triggers);
    this.triggerId = new Uint8Array(buffer, triggerId, size.triggers);
    this.triggerP = new Uint8Array(buffer, triggerP, size.triggers);
    this.state.fill(0);
    this.state.set(columns, field.t);
    this.longState[longField.lastT] = -(1n << 63n);
    this.state[field.capacity] = size.events;
    this.state[field.triggerCapacity] = size.triggers;
  }

  static bytesFor(size: DecodeBlockSize): number {
    return stateBytes + 2 * (headroom + size.chunkBytes) + 13 * (size.events + slack) + 10 * size.triggers + 16 * 16;
  }

  /** A block in WebAssembly memory, for a kernel of the arena. */
  static inArena(arena: Arena, size: DecodeBlockSize): DecodeBlock {
    const offset = arena.alloc(DecodeBlock.bytesFor(size));
    return new DecodeBlock(arena.buffer, offset, size);
  }

  /** A block in plain memory, for a kernel in TypeScript. */
  static inMemory(size: DecodeBlockSize): DecodeBlock {
    return new DecodeBlock(new ArrayBuffer(DecodeBlock.bytesFor(size)), 0, size);
  }

  /** A copy of what the WebAssembly kernel remembers. */
  remembered(): Uint8Array {
    return Buffer.concat(memories.map(([from, to]) => this.bytes.subarray(this.offset + from, this.offset + to)));
  }

  /** Lets the kernel go on where it was when that was taken. */
  recall(remembered: Uint8Array): void {
    let at = 0;
    for (const [from, to] of memories) {
      this.bytes.set(remembered.subarray(at, at + to - from), this.offset + from);
      at += to - from;
    }
  }

  /** True if decoding goes on in the same way from both: they may differ in what was counted on the way. */
  static continueEqually(a: Uint8Array, b: Uint8Array): boolean {
    const decisive = (remembered: Uint8Array) => [remembered.subarray(12, 16), remembered.subarray(24)];
    return decisive(a).every((part, i) => Buffer.compare(part, decisive(b)[i]) === 0);
  }

  /** What was counted on the way to a place: extent and steps back. */
  static counted(remembered: Uint8Array): { xEnd: number; yEnd: number; backwardSteps: number; largestBackward: bigint; shift: bigint } {
    const view = new DataView(remembered.buffer, remembered.byteOffset);
    const int = (at: number) => view.getInt32(at, true);
    return { xEnd: int(0), yEnd: int(4), backwardSteps: int(8), largestBackward: view.getBigInt64(16, true), shift: view.getBigInt64(24, true) };
  }

  /** Offset of one of the two input chunks. */
  input(half: 0 | 1): number {
    return this.#inputs[half];
  }
}
