/**
 * A thread that decodes its share of a file with others.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { kernelModule } from "../wasm/arena.js";
import { decodeShare, type BlockTriggers, type Share } from "./share.js";
import { Putter, type HandOver } from "./hand-over.js";

/** What a thread is told. */
export interface ShareTask {
  readonly share: Share;
  readonly kernels: WebAssembly.Module;
  readonly handOver: HandOver;
}

/** What a thread answers when its share is done: nothing where it could not read. */
export type ShareAnswer = readonly BlockTriggers[] | undefined;

parentPort?.on("message", ({ share, kernels, handOver }: ShareTask) => {
  kernelModule(kernels);
  const out = new Putter(handOver);
  const answer = (triggers: ShareAnswer) => parentPort!.postMessage(triggers);
  decodeShare(share, { put: (events, place) => out.put(events, place) }).then(answer, () => answer(undefined));
});
