/**
 * Reads formats that are a header and then words of one size: the driver of the decode kernels.
 *
 * The file is read straight into the memory of the kernel, one chunk ahead of the one that is decoded. Bytes of a word
 * that a chunk has begun are carried in front of the next one.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { Arena, type Kernels } from "../wasm/arena.js";
import { DecodeBlock, fault, field, longField, type DecodeBlockSize, type DecodeKernel } from "../wasm/decode-block.js";
import type { DecodeOptions, EventBatch } from "./codec.js";

/** A word format: its kernels, and the coordinates that its words can hold. */
export interface WordFormat {
  readonly codec: string;
  readonly wordBytes: 2 | 4 | 8;
  readonly kernel: "decodeDat" | "decodeEvt2" | "decodeEvt3";
  readonly definition: (block: DecodeBlock) => DecodeKernel;
  /** Coordinates that have room in a word. */
  readonly addressable: SensorSize;
}

/** Measured on EVT3: smaller chunks wait more often for the file, larger ones leave the cache. */
const blockSize: DecodeBlockSize = { chunkBytes: 1 << 18, events: 1 << 15, triggers: 1 << 10 };

/** Decodes the words from byte `start` on. */
export async function* readWords(
  source: ByteSource,
  format: WordFormat,
  start: number,
  sensor: SensorSize | undefined,
  options: DecodeOptions,
): AsyncGenerator<EventBatch> {
  const workplace = takeWorkplace(format, options.device);
  const { block, decode } = workplace;
  const { bytes, state, longState } = block;
  const { chunkBytes } = block.size;
  const { wordBytes } = format;
  state[field.width] = Math.min(sensor?.width ?? Infinity, format.addressable.width);
  state[field.height] = Math.min(sensor?.height ?? Infinity, format.addressable.height);
  state[field.shiftWanted] = options.shift ? 1 : 0;

  const read = (half: 0 | 1, position: number) => {
    const input = block.input(half);
    const reading = source.read(bytes.subarray(input, input + chunkBytes), position);
    reading.catch(() => {}); // reported where it is awaited
    return reading;
  };
  let half: 0 | 1 = 0;
  let position = start;
  let carried = 0;
  let pending = read(half, position);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const got = await pending;
      const atEnd = got < chunkBytes;
      const input = block.input(half);
      const inputPosition = position;
      position += got;
      half = half === 0 ? 1 : 0;
      if (!atEnd) pending = read(half, position);

      state[field.position] = input - carried;
      state[field.end] = input + got;
      while (state[field.end] - state[field.position] >= wordBytes) {
        state[field.events] = 0;
        state[field.triggers] = 0;
        state[field.fault] = fault.none;
        decode();
        const decodedTo = inputPosition + state[field.position] - input;
        if (state[field.events] > 0 || state[field.triggers] > 0) yield batchOf(block, decodedTo);
        if (state[field.fault] !== fault.none) report(outsideSensor(format, block, decodedTo - wordBytes), options);
      }

      carried = state[field.end] - state[field.position];
      if (atEnd) {
        if (carried > 0) report(truncated(format, position - carried, carried), options);
        return;
      }
      bytes.copyWithin(block.input(half) - carried, state[field.position], state[field.end]);
    }
  } finally {
    await pending.catch(() => {});
    workplace.giveBack();
  }

  function batchOf({ t, x, y, p, triggerT, triggerId, triggerP }: DecodeBlock, bytesRead: number): EventBatch {
    const events = state[field.events];
    const triggers = state[field.triggers];
    return {
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
  }
}

/** Throws the fault, or hands it to `onSkip`. */
export function report(error: DecodeError, options: DecodeOptions): void {
  if (options.onError !== "skip") throw error;
  options.onSkip?.(error);
}

function outsideSensor({ codec }: WordFormat, { state }: DecodeBlock, byteOffset: number): DecodeError {
  const axis = state[field.fault] === fault.x ? "x" : "y";
  return new DecodeError({
    codec,
    byteOffset,
    expected: `${axis} below ${state[axis === "x" ? field.width : field.height]}`,
    received: `an event with ${axis} ${state[field.faultValue]}`,
    next: 'Give the size of the sensor as `sensor`, or leave such events out with `onError: "skip"`',
  });
}

function truncated({ codec, wordBytes }: WordFormat, byteOffset: number, bytes: number): DecodeError {
  return new DecodeError({
    codec,
    byteOffset,
    expected: `a word of ${wordBytes} bytes`,
    received: `the end of the file after ${bytes} of them`,
    next: 'The file is cut off; read what is there with `onError: "skip"`',
  });
}

interface Workplace {
  readonly block: DecodeBlock;
  readonly decode: DecodeKernel;
  giveBack(): void;
}

/** Arenas that no reader uses now: WebAssembly memories are dear, since each reserves address space. */
const idleArenas: Arena[] = [];

function takeWorkplace(format: WordFormat, device: DecodeOptions["device"] = "wasm"): Workplace {
  if (device === "cpu" || typeof WebAssembly === "undefined") {
    const block = DecodeBlock.inMemory(blockSize);
    return { block, decode: format.definition(block), giveBack() {} };
  }
  const arena = idleArenas.pop() ?? new Arena();
  arena.reset();
  const block = DecodeBlock.inArena(arena, blockSize);
  const kernel: Kernels[WordFormat["kernel"]] = arena.kernels[format.kernel];
  return {
    block,
    decode: () => kernel(block.offset),
    giveBack() {
      if (idleArenas.length < 4) idleArenas.push(arena);
    },
  };
}
