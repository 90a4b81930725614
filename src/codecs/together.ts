/**
 * Decodes the whole blocks of a file with several threads, which are kept for the next file.
 *
 * This thread decodes too, so that nothing waits while the others start.
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ByteSource } from "../bytes/index.js";
import { unwrittenColumns } from "../events/memory.js";
import type { EventColumns, SensorSize } from "../events/schema.js";
import { concatTriggers } from "../events/triggers.js";
import { kernelModule } from "../wasm/arena.js";
import { DecodeBlock } from "../wasm/decode-block.js";
import type { Bookmark, ReadFromOptions } from "./codec.js";
import { decodeShare, Ledger, mostAtOnce, type Share } from "./share.js";
import type { ShareAnswer, ShareTask } from "./share.worker.js";
import { Taker } from "./hand-over.js";
import { prepare, type WordFormat } from "./word-decoder.js";

/** Of what is smaller, one thread is done before another has started. */
const smallest = 8 << 20;
/** A block with its events stays in the cache. */
const usualBlock = 1 << 18;
const usualRunUp = 1 << 13;
/** So long this thread decodes before others of its tasks have a turn, in milliseconds. */
const longestTurn = 5;
/** A word that ends in the next block is decoded there. */
const leastRunUp = 16;

/** Gives the events that were decoded to `adopt`, and returns where to go on; `undefined` when that is the start. */
export async function decodeTogether(
  source: ByteSource,
  format: WordFormat,
  start: number,
  sensor: SensorSize | undefined,
  { threads, signal, shift = false, device }: ReadFromOptions,
): Promise<Bookmark | undefined> {
  const { file, size } = source;
  if (!threads || threads.count < 2 || !format.startsAnywhere || !file || size === undefined || device === "cpu") return undefined;
  const { count, adopt, onProgress, blockBytes = usualBlock, runUpBytes = usualRunUp } = threads;
  const blocks = Math.floor((size - start) / blockBytes);
  if (threads.blockBytes === undefined && size < smallest) return undefined;
  if (blocks < count) return undefined;

  const helpers = Array.from({ length: count - 1 }, () => idle.pop() ?? new Helper());
  const { wordBytes, kernel, addressable, registers, clock } = format;
  const words = { wordBytes, kernel, addressable, ...(registers && { registers }), ...(clock && { clock }) };
  const block = DecodeBlock.inMemory({ chunkBytes: 0, events: 0, triggers: 0 });
  prepare(block, format, sensor, shift);
  const fresh = block.remembered();
  const whole = { file, start, blockBytes, runUpBytes: Math.max(leastRunUp, runUpBytes), format: words, sensor, shift };
  const failed = () => undefined; // the one decoder that reads on meets the same failure, and reports it

  // Columns for half as many events again as there are if the file goes on as it begins: what is not written costs nothing.
  const first = { ...whole, blocks: 1, room: 2 ** 30, ledger: Ledger.make(1, fresh) };
  await decodeShare(first, { put() {} }).catch(failed);
  const room = Math.min(2 ** 30, Math.ceil(1.5 * (blocks + 1) * (new Ledger(first).last().events + 64)));
  const share: Share = { ...whole, blocks, room, ledger: Ledger.make(blocks, fresh) };
  const all = unwrittenColumns(room);
  const ledger = new Ledger(share);
  const answers = helpers.map((helper) => helper.decode(share));
  for (const answer of answers) void answer.then((triggers) => triggers ?? ledger.lose());
  const drain = () => helpers.forEach((helper) => helper.drain(all));
  let turned = performance.now();
  const ownTriggers = await decodeShare(share, {
    put({ t, x, y, p }, place) {
      all.t.set(t, place);
      all.x.set(x, place);
      all.y.set(y, place);
      all.p.set(p, place);
    },
    idle: drain,
    async onBlock({ position, events }) {
      drain();
      onProgress?.({ bytesRead: position, events });
      if (performance.now() - turned < longestTurn) return;
      await turn();
      turned = performance.now();
      if (signal?.aborted) ledger.close();
    },
  }).catch(failed);
  let working = helpers.length;
  for (const answer of answers) void answer.then(() => working--);
  while (working > 0) {
    drain();
    await turn();
  }
  drain();
  for (const helper of helpers) helper.rest();
  const shares = [ownTriggers, ...(await Promise.all(answers))];
  for (const [i, helper] of helpers.entries()) if (shares[i + 1]) idle.push(helper);
  signal?.throwIfAborted();
  if (shares.includes(undefined)) return undefined;

  const { position, events, remembered } = ledger.last();
  if (events === 0) return undefined;
  const { t, x, y, p } = all;
  const { xEnd, yEnd, ...seen } = DecodeBlock.counted(remembered);
  const columns = { t: t.subarray(0, events), x: x.subarray(0, events), y: y.subarray(0, events), p: p.subarray(0, events) };
  const triggers = shares.flatMap((part) => part ?? []).filter(({ block }) => ledger.ending(block)).sort((a, b) => a.block - b.block);
  adopt({ columns, triggers: concatTriggers(triggers), bytesRead: position, seen: { extent: { width: xEnd, height: yEnd }, ...seen } }, all);
  return { byteOffset: position, events, state: remembered };
}

/** Threads that have nothing to do. They do not keep the process from ending. */
const idle: Helper[] = [];

class Helper {
  readonly #worker = new Worker(new URL("./share.worker.js", import.meta.url));
  #settle: ((answer: ShareAnswer) => void) | undefined;
  #taker: Taker | undefined;

  constructor() {
    this.#worker.on("message", (answer: ShareAnswer) => this.#settle?.(answer));
    this.#worker.on("error", () => this.#settle?.(undefined));
    this.#worker.on("exit", () => this.#settle?.(undefined));
    this.#worker.unref();
  }

  /** `undefined` if the thread could not do its share: then nothing that was decoded can be used. */
  async decode(share: Share): Promise<ShareAnswer> {
    this.#worker.ref();
    this.#taker = new Taker(mostAtOnce(share.blockBytes));
    const { handOver } = this.#taker;
    const answer = await new Promise<ShareAnswer>((resolve) => {
      this.#settle = resolve;
      this.#worker.postMessage({ share, kernels: kernelModule(), handOver } satisfies ShareTask, [handOver.port]);
    });
    this.#worker.unref();
    return answer;
  }

  /** Puts what the thread has decoded into the columns. */
  drain(columns: EventColumns): void {
    this.#taker?.drain(columns);
  }

  /** Frees the memory through which it handed them over. */
  rest(): void {
    this.#taker?.close();
    this.#taker = undefined;
  }
}
