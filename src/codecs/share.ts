/**
 * One thread's share of decoding a file together with others.
 *
 * The file is cut into blocks of bytes, and each thread takes the next that nobody has taken. What a decoder must know
 * at the start of a block it finds out by decoding some words before it. When the thread that has the block before is
 * done, it says what its decoder knows at its end and how many events there are up to there: if that is what was found
 * out, the place of its events in the columns is known; if not, the block is decoded again from what is known now. So
 * the result is that of one thread, whatever the words are. At a fault, or where the columns have no more room, the
 * threads give up: the rest of the file is for one decoder.
 *
 * The columns belong to the thread that reads: the others hand it their events through a few pieces of memory, which stay
 * in the cache. Columns in shared memory would have to be zeroed before and could not be copied to at full speed.
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import type { EventColumns, SensorSize, TriggerColumns } from "../events/schema.js";
import type { Arena } from "../wasm/arena.js";
import { DecodeBlock, fault, field, longField, memoryBytes } from "../wasm/decode-block.js";
import { keepArena, prepare, takeArena, type WordFormat } from "./word-decoder.js";

/** What all threads are told. */
export interface Share {
  readonly file: { readonly path: string; readonly modified: bigint };
  /** Where the words begin, and how many blocks of which size they are cut into. */
  readonly start: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly runUpBytes: number;
  readonly format: Pick<WordFormat, "wordBytes" | "kernel" | "addressable" | "registers" | "clock">;
  readonly sensor: SensorSize | undefined;
  readonly shift: boolean;
  /** Events that the columns have room for: more than are expected. */
  readonly room: number;
  readonly ledger: SharedArrayBuffer;
}

/** The triggers of a block. */
export interface BlockTriggers extends TriggerColumns {
  readonly block: number;
}

/** What is known at the end of a block. */
export interface Ending {
  /** Byte offset behind the last word that was decoded. */
  readonly position: number;
  /** Events from the start of the file on. */
  readonly events: number;
  readonly remembered: Uint8Array;
}

const open = 0;
const done = 1;
const givenUp = 2;
const recordBytes = 256;
const recordInts = recordBytes / 4;

/** What the threads tell each other: which block is the next to take, and how each block ended. */
export class Ledger {
  readonly #ints: Int32Array;
  readonly #share: Pick<Share, "start" | "blockBytes">;
  readonly #blocks: number;

  constructor({ ledger, blocks, ...share }: Pick<Share, "ledger" | "blocks" | "start" | "blockBytes">) {
    this.#ints = new Int32Array(ledger);
    this.#share = share;
    this.#blocks = blocks;
  }

  /** @param fresh what a decoder remembers at the start of a file: how the block before the first has ended */
  static make(blocks: number, fresh: Uint8Array): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer((blocks + 2) * recordBytes);
    new Uint8Array(buffer).set(fresh, recordBytes + 16);
    new Int32Array(buffer)[recordInts] = done;
    return buffer;
  }

  /** The next block, or `undefined` when there is none. */
  take(): number | undefined {
    const block = Atomics.add(this.#ints, 0, 1);
    return block < this.#blocks ? block : undefined;
  }

  /** No block is taken any more. */
  close(): void {
    Atomics.store(this.#ints, 0, this.#blocks);
  }

  /** How a block has ended; `undefined` if it has not, or was given up. */
  ending(block: number): Ending | undefined {
    const at = this.#at(block);
    if (Atomics.load(this.#ints, at) !== done) return undefined;
    const position = this.#share.start + (block + 1) * this.#share.blockBytes - this.#ints[at + 2];
    return { position, events: this.#ints[at + 1], remembered: new Uint8Array(this.#ints.buffer, at * 4 + 16, memoryBytes) };
  }

  /** A thread has died with the block that it had taken. */
  lose(): void {
    Atomics.store(this.#ints, 1, 1);
  }

  /** Waits until a block has ended; `undefined` if it was given up, or may be lost. Meanwhile `idle` is called again and again. */
  async awaited(block: number, idle?: () => void): Promise<Ending | undefined> {
    const at = this.#at(block);
    while (Atomics.load(this.#ints, at) === open && Atomics.load(this.#ints, 1) === 0) {
      idle?.();
      Atomics.wait(this.#ints, at, open, 1);
      await turn();
    }
    return this.ending(block);
  }

  end(block: number, { position, events, remembered }: Ending): void {
    const at = this.#at(block);
    this.#ints[at + 1] = events;
    this.#ints[at + 2] = this.#share.start + (block + 1) * this.#share.blockBytes - position;
    new Uint8Array(this.#ints.buffer, at * 4 + 16, memoryBytes).set(remembered);
    this.#tell(at, done);
  }

  giveUp(block: number): void {
    this.#tell(this.#at(block), givenUp);
  }

  /** How the last block before the first that was given up has ended. */
  last(): Ending {
    let block = -1;
    while (block + 1 < this.#blocks && this.ending(block + 1)) block++;
    return this.ending(block)!;
  }

  #at(block: number): number {
    return (block + 2) * recordInts;
  }

  #tell(at: number, state: number): void {
    Atomics.store(this.#ints, at, state);
    Atomics.notify(this.#ints, at);
  }
}

/** What becomes of the events of a block. */
export interface ShareSteps {
  /** Takes events, whose columns are borrowed, at their place. */
  put(events: EventColumns, place: number): void;
  /** Called while a block of another thread is waited for. */
  idle?(): void;
  /** Called behind each block. */
  onBlock?(ending: Ending): Promise<void>;
}

/** The most events that are put at once, for blocks of so many bytes. */
export function mostAtOnce(blockBytes: number): number {
  return Math.max(1 << 10, blockBytes);
}

/** Decodes blocks until there are no more, or one is given up. Returns their triggers. */
export async function decodeShare(share: Share, steps: ShareSteps): Promise<BlockTriggers[]> {
  const ledger = new Ledger(share);
  const arena = takeArena();
  const decoder = new BlockDecoder(share, ledger, arena, steps);
  try {
    for (let block = ledger.take(); block !== undefined; block = ledger.take()) {
      let isDone = false;
      try {
        isDone = decoder.read(block) && (await decoder.decode(block));
      } finally {
        if (!isDone) ledger.giveUp(block);
      }
      if (!isDone) break;
      await steps.onBlock?.(ledger.ending(block)!);
    }
    return decoder.triggers;
  } finally {
    decoder.close();
    keepArena(arena);
  }
}

function openUnchanged({ path, modified }: Share["file"]): number {
  const descriptor = openSync(path, "r");
  if (fstatSync(descriptor, { bigint: true }).mtimeNs === modified) return descriptor;
  closeSync(descriptor);
  throw new Error(`${path} has changed`);
}

class BlockDecoder {
  readonly triggers: BlockTriggers[] = [];
  readonly #share: Share;
  readonly #ledger: Ledger;
  readonly #block: DecodeBlock;
  readonly #kernel: () => void;
  readonly #steps: ShareSteps;
  #descriptor: number | undefined;
  /** File offset of the byte at offset 0 of the memory. */
  #toFile = 0;

  constructor(share: Share, ledger: Ledger, arena: Arena, steps: ShareSteps) {
    this.#share = share;
    this.#steps = steps;
    this.#ledger = ledger;
    const { blockBytes, runUpBytes, format } = share;
    this.#block = DecodeBlock.inArena(arena, { chunkBytes: blockBytes + runUpBytes, events: mostAtOnce(blockBytes), triggers: 1 << 12 });
    const kernel: (block: number) => void = arena.kernels[format.kernel];
    this.#kernel = () => kernel(this.#block.offset);
    prepare(this.#block, format, share.sensor, share.shift);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  /** Reads a block and what lies before it; false if the file does not give it. */
  read(number: number): boolean {
    const { start, blockBytes, runUpBytes } = this.#share;
    const from = Math.max(start, start + number * blockBytes - runUpBytes);
    const end = start + (number + 1) * blockBytes;
    const input = this.#block.input(0);
    this.#toFile = from - input;
    return this.#fill(input, from, end);
  }

  /** Decodes the block that was read, and puts its events at their place; false if it must be given up. */
  async decode(number: number): Promise<boolean> {
    const { state, longState, t, x, y, p } = this.#block;
    const { start, blockBytes, room } = this.#share;
    const end = start + (number + 1) * blockBytes - this.#toFile;
    const guess = this.#runUp(number);
    let before: Ending | undefined;
    let place = 0;
    state[field.end] = end;
    for (;;) {
      const outcome = this.#run();
      if (before === undefined) {
        before = await this.#ledger.awaited(number - 1, this.#steps.idle);
        if (before === undefined) return false;
        place = before.events;
        if (guess.position !== before.position || !DecodeBlock.continueEqually(guess.remembered, before.remembered)) {
          this.#begin(before);
          continue;
        }
        const counted = DecodeBlock.counted(before.remembered);
        state[field.xEnd] = Math.max(state[field.xEnd], counted.xEnd);
        state[field.yEnd] = Math.max(state[field.yEnd], counted.yEnd);
        state[field.backwardSteps] += counted.backwardSteps;
        if (counted.largestBackward > longState[longField.largestBackward]) longState[longField.largestBackward] = counted.largestBackward;
      }
      const events = state[field.events];
      if (outcome === "fault" || place + events > room) return false;
      const next = place + events;
      if (outcome === "end") {
        this.#ledger.end(number, { position: state[field.position] + this.#toFile, events: next, remembered: this.#block.remembered() });
      }
      this.#steps.put({ t: t.subarray(0, events), x: x.subarray(0, events), y: y.subarray(0, events), p: p.subarray(0, events) }, place);
      this.#keepTriggers(number);
      if (outcome === "end") return true;
      place = next;
      state[field.events] = 0;
      state[field.triggers] = 0;
    }
  }

  /** Decodes until the input ends, there is no more room, or a word is at fault. */
  #run(): "end" | "full" | "fault" {
    const { state } = this.#block;
    for (;;) {
      const { wordBytes } = this.#share.format;
      const before = state[field.position];
      this.#kernel();
      if (state[field.fault] !== fault.none) return "fault";
      if (state[field.end] - state[field.position] < wordBytes) return "end";
      if (state[field.position] === before) return state[field.events] > 0 || state[field.triggers] > 0 ? "full" : "end";
    }
  }

  /** Finds out what is to be known at the start of a block, from the last that is known and the words before. */
  #runUp(number: number): Ending {
    const { state, longState } = this.#block;
    let known = number - 1;
    while (!this.#ledger.ending(known)) known--;
    const ending = this.#ledger.ending(known)!;
    this.#begin(ending);
    if (known < number - 1) {
      const { xEnd, yEnd } = DecodeBlock.counted(ending.remembered);
      this.#setClock(ending.position, this.#share.start + number * this.#share.blockBytes);
      state[field.position] = this.#block.input(0);
      state[field.end] = this.#share.start + number * this.#share.blockBytes - this.#toFile;
      while (this.#run() !== "end") this.#empty();
      this.#empty();
      state[field.xEnd] = xEnd;
      state[field.yEnd] = yEnd;
    }
    state[field.backwardSteps] = 0;
    longState[longField.largestBackward] = 0n;
    return { position: state[field.position] + this.#toFile, events: 0, remembered: this.#block.remembered() };
  }

  /** Decodes the last word that sets the clock and lies behind what is known, unless that is in the run-up anyway. */
  #setClock(known: number, start: number): void {
    const { clock, wordBytes } = this.#share.format;
    if (!clock) return;
    const { bytes, state } = this.#block;
    const lastIn = (from: number, to: number): number => {
      for (let at = to - wordBytes; at >= from; at -= wordBytes) if ((bytes[at + clock.byte]! & clock.mask) === clock.value) return at;
      return -1;
    };
    const input = this.#block.input(0);
    if (lastIn(input, start - this.#toFile) >= 0) return;
    const before = this.#block.input(1);
    let end = this.#toFile + input;
    while (end > known) {
      const from = Math.max(known, end - this.#share.blockBytes);
      if (!this.#fill(before, from, end)) return;
      const at = lastIn(before, before + end - from);
      if (at >= 0) {
        state[field.position] = at;
        state[field.end] = at + wordBytes;
        this.#run();
        return;
      }
      end = from;
    }
  }

  /** Reads a part of the file to a place in the memory; false if the file does not give it. */
  #fill(place: number, from: number, end: number): boolean {
    this.#descriptor ??= openUnchanged(this.#share.file);
    for (let got = 0; got < end - from; ) {
      const bytes = readSync(this.#descriptor, this.#block.bytes, place + got, end - from - got, from + got);
      if (bytes === 0) return false;
      got += bytes;
    }
    return true;
  }

  #begin({ position, remembered }: Ending): void {
    this.#empty();
    this.#block.recall(remembered);
    this.#block.state[field.position] = position - this.#toFile;
  }

  #empty(): void {
    const { state } = this.#block;
    state[field.events] = 0;
    state[field.triggers] = 0;
    state[field.fault] = fault.none;
  }

  #keepTriggers(block: number): void {
    const { state, triggerT, triggerId, triggerP } = this.#block;
    const length = state[field.triggers];
    if (length > 0) this.triggers.push({ block, t: triggerT.slice(0, length), id: triggerId.slice(0, length), p: triggerP.slice(0, length) });
  }
}
