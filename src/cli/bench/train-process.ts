/** The process that trains one network for `evtlab bench train`. */
import { selectEngine } from "../../engine/index.js";
import { answerTask, peakRss } from "./child.js";
import { trainStep } from "./train-nets.js";
import type { TrainTask, TrainTimes } from "./train.js";

const warmup = 3;

answerTask(async function run({ net, engine, repeat }: TrainTask): Promise<TrainTimes> {
  const { name, version, device, tf } = await selectEngine(engine);
  const step = trainStep(net);
  const times: number[] = [];
  let tensors = 0;
  for (let i = 0; i < warmup + repeat; i++) {
    const start = performance.now();
    step(i);
    if (i >= warmup) times.push(performance.now() - start);
    if (i === warmup - 1) tensors = tf.memory().numTensors;
  }
  return { engine: name, version, device, times, tensorsLeft: tf.memory().numTensors - tensors, peakRssBytes: peakRss() };
});
