/**
 * A thread that makes clips.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { isEvtlabError, type ErrorDetails } from "../../errors.js";
import type { ClipTask } from "./clip.js";
import type { MakePlan } from "./layout.js";
import { layouts } from "./layouts.js";

/** A clip that is there, or what the disk said. Other errors end the thread. */
export type MadeAnswer = { readonly clip: string } | { readonly refused: Omit<ErrorDetails, "cause"> };

const { folder, plan } = workerData as { folder: string; plan: MakePlan };

const answer = async (task: ClipTask): Promise<MadeAnswer> => {
  try {
    await layouts[plan.dataset].write(folder, task, plan);
    return { clip: task.name };
  } catch (error) {
    // An error loses its class on the way to the other thread.
    if (!isEvtlabError(error, "SourceError")) throw error;
    const { where, expected, received, next } = error;
    return { refused: { where, expected, received, next } };
  }
};

parentPort!.on("message", (task: ClipTask) => void answer(task).then((told) => parentPort!.postMessage(told)));
