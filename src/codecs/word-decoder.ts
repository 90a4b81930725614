/**
 * Runs a decode kernel over words in its memory, batch by batch.
 * @module
 */
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { Arena, type Kernels } from "../wasm/arena.js";
import { DecodeBlock, fault, field, longField, type DecodeBlockSize, type DecodeKernel } from "../wasm/decode-block.js";
import type { Bookmark, DecodeOptions, EventBatch, ReadFromOptions } from "./codec.js";

/** A word format: its kernels, and the coordinates that its words can hold. */
export interface WordFormat {
  readonly codec: string;
  /** Bytes of a word: of the shortest where they differ. */
  readonly wordBytes: number;
  /** Bytes of the longest word, for formats whose words differ in length. */
  readonly longestWord?: number;
  readonly kernel: {
    [Name in keyof Kernels]: Name extends `decode${string}` ? Name : never;
  }[keyof Kernels];
  readonly definition: (block: DecodeBlock) => DecodeKernel;
  /** What the kernel is told of the file: the first 32-bit registers. */
  readonly registers?: readonly number[];
  /** Coordinates that have room in a word. */
  readonly addressable: SensorSize;
  /** True if the words just before a place tell nearly all that a decoder must know there, so that threads can share a file. */
  readonly startsAnywhere?: boolean;
  /** The words that set the clock, by one byte of theirs, where they are so rare that those just before a place may hold none. */
  readonly clock?: { readonly byte: number; readonly mask: number; readonly value: number };
  /** Faults besides coordinates outside the sensor. */
  readonly describeFault?: (value: number) => { readonly expected: string; readonly received: string; readonly next: string };
}

/** The kernels, and memory of theirs that a format has for itself. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly room: Uint8Array;
}

/**
 * Measured: the kernels do not care, but each batch that is yielded costs some microseconds, and columns are copied faster in
 * large pieces (a quarter of the time of a reading, from 2^14 to 2^16 events) until these leave the cache.
 */
const blockSize: DecodeBlockSize = { chunkBytes: 1 << 20, events: 1 << 16, triggers: 1 << 10 };

/** Arenas that no reader uses now: WebAssembly memories are dear, since each reserves address space. */
const idleArenas: Arena[] = [];

export function takeArena(): Arena {
  const arena = idleArenas.pop() ?? new Arena();
  arena.reset();
  return arena;
}

export function keepArena(arena: Arena): void {
  if (idleArenas.length < 4) idleArenas.push(arena);
}

/** Tells a new block what the kernel must know from the start. */
export function prepare(
  { state }: DecodeBlock,
  { addressable, registers = [] }: Pick<WordFormat, "addressable" | "registers">,
  sensor: SensorSize | undefined,
  shift: boolean,
): void {
  state[field.width] = Math.min(sensor?.width ?? Infinity, addressable.width);
  state[field.height] = Math.min(sensor?.height ?? Infinity, addressable.height);
  state[field.shiftWanted] = shift ? 1 : 0;
  state.set(registers, field.registers);
}

export class WordDecoder {
  readonly block: DecodeBlock;
  readonly #format: WordFormat;
  readonly #options: DecodeOptions;
  readonly #take: ReadFromOptions["take"];
  readonly #kernel: DecodeKernel;
  /** `undefined` on the device "cpu". */
  readonly memory: KernelMemory | undefined;
  #arena: Arena | undefined;
  /** Events that were handed out, those before the bookmark included. */
  #events = 0;

  /**
   * @param room bytes of kernel memory that the format wants for itself
   * @param take takes the batches, which then are not yielded
   */
  constructor(format: WordFormat, sensor: SensorSize | undefined, options: DecodeOptions, room = 0, take?: ReadFromOptions["take"]) {
    this.#format = format;
    this.#options = options;
    this.#take = take;
    if (options.device === "cpu" || typeof WebAssembly === "undefined") {
      this.block = DecodeBlock.inMemory(blockSize);
      this.#kernel = format.definition(this.block);
    } else {
      const arena = takeArena();
      const offset = arena.alloc(room);
      const block = DecodeBlock.inArena(arena, blockSize);
      this.memory = { kernels: arena.kernels, room: arena.u8(offset, room) };
      const kernel: Kernels[WordFormat["kernel"]] = arena.kernels[format.kernel];
      this.#arena = arena;
      this.block = block;
      this.#kernel = () => kernel(block.offset);
    }
    prepare(this.block, format, sensor, options.shift ?? false);
  }

  /**
   * Decodes the whole words between two positions in the block, and returns the position of the rest. Yields a batch
   * when there is no more room, and before a fault; `flush` gives what is left.
   * @param fileOffset where in the file the byte at a position comes from
   */
  *decode(from: number, end: number, fileOffset: (position: number) => number): Generator<EventBatch, number> {
    const { state } = this.block;
    const { wordBytes, longestWord } = this.#format;
    state[field.position] = from;
    state[field.end] = end;
    while (end - state[field.position] >= wordBytes) {
      const before = state[field.position];
      this.#kernel();
      const position = state[field.position];
      const waits = end - position < wordBytes || (position === before && state[field.events] === 0 && state[field.triggers] === 0);
      if (waits && state[field.fault] === fault.none) break;
      yield* this.flush(fileOffset(position));
      if (state[field.fault] !== fault.none) {
        const at = fileOffset(position - (longestWord ?? wordBytes));
        report(this.#options.onError === "skip" ? withoutStack(() => this.#faultAt(at)) : this.#faultAt(at), this.#options);
        state[field.fault] = fault.none;
      }
    }
    return state[field.position];
  }

  /** Yields the events that were decoded since the last batch, if any, and makes room. */
  *flush(bytesRead: number): Generator<EventBatch, void> {
    const { state, longState, t, x, y, p, triggerT, triggerId, triggerP } = this.block;
    const events = state[field.events];
    const triggers = state[field.triggers];
    if (events === 0 && triggers === 0) return;
    this.#events += events;
    const batch: EventBatch = {
      columns: { t: t.subarray(0, events), x: x.subarray(0, events), y: y.subarray(0, events), p: p.subarray(0, events) },
      triggers: {
        t: triggerT.subarray(0, triggers),
        id: triggerId.subarray(0, triggers),
        p: triggerP.subarray(0, triggers),
      },
      bytesRead,
      seen: {
        extent: { width: state[field.xEnd], height: state[field.yEnd] },
        backwardSteps: state[field.backwardSteps],
        largestBackward: longState[longField.largestBackward],
        shift: longState[longField.shift],
      },
    };
    if (this.#take) this.#take(batch);
    else yield batch;
    state[field.events] = 0;
    state[field.triggers] = 0;
  }

  /** A place to resume at, between two words and with all events before it handed out. */
  bookmark(byteOffset: number): Bookmark {
    return { byteOffset, events: this.#events, state: this.block.remembered() };
  }

  /** Goes on from a bookmark that a decoder of the same format has made. */
  resume({ events, state }: Bookmark): void {
    this.#events = events;
    this.block.recall(state);
  }

  /** The arena of the block, for kernels that work on it besides the format's own; `undefined` in plain memory. */
  get arena(): Arena | undefined {
    return this.#arena;
  }

  /** Gives the memory back: nothing reads from or writes to the block any more. */
  release(): void {
    if (this.#arena) keepArena(this.#arena);
    this.#arena = undefined;
  }

  #faultAt(byteOffset: number): DecodeError {
    const { state } = this.block;
    if (state[field.fault] === fault.text && this.#format.describeFault) {
      return new DecodeError({ codec: this.#format.codec, byteOffset, ...this.#format.describeFault(state[field.faultValue]) });
    }
    const axis = state[field.fault] === fault.x ? "x" : "y";
    return new DecodeError({
      codec: this.#format.codec,
      byteOffset,
      expected: `${axis} below ${state[axis === "x" ? field.width : field.height]}`,
      received: `an event with ${axis} ${state[field.faultValue]}`,
      next: 'Give the size of the sensor as `sensor`, or leave such events out with `onError: "skip"`',
    });
  }
}

/** One of many: the stack would say the same of each, and costs several times as much as all else about a skipped word. */
function withoutStack<Made extends Error>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Throws the fault, or hands it to `onSkip`. */
export function report(error: DecodeError, options: DecodeOptions): void {
  if (options.onError !== "skip") throw error;
  options.onSkip?.(error);
}
