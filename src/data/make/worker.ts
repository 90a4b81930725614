/**
 * A thread that makes clips.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import type { ClipTask } from "./clip.js";
import type { MakePlan } from "./layout.js";
import { layouts } from "./layouts.js";

const { folder, plan } = workerData as { folder: string; plan: MakePlan };

parentPort!.on("message", (task: ClipTask) => {
  void layouts[plan.dataset].write(folder, task, plan).then(() => parentPort!.postMessage(task.name));
});
