/**
 * A thread that decodes its share of a file with others.
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort } from "node:worker_threads";
import { kernelModule } from "../wasm/arena.js";
import { decodeShare, type BlockTriggers, type Share } from "./share.js";

/** What a thread answers when its share is done: nothing where it could not read. */
export type ShareAnswer = readonly BlockTriggers[] | undefined;

// Shared columns live as long as any thread has not collected its garbage, and this one makes too little to do so itself.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

parentPort?.on("message", ({ share, kernels }: { share: Share; kernels: WebAssembly.Module }) => {
  kernelModule(kernels);
  const answer = (triggers: ShareAnswer) => {
    parentPort!.postMessage(triggers);
    setTimeout(collectGarbage);
  };
  decodeShare(share).then(answer, () => answer(undefined));
});
