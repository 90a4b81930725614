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
  const cpuTimes: number[] = [];
  let tensors = 0;
  let rss = 0;
  for (let i = 0; i < warmup + repeat; i++) {
    const before = process.cpuUsage();
    const start = performance.now();
    step(i);
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    if (i >= warmup) times.push(wall);
    if (i >= warmup) cpuTimes.push((user + system) / 1000);
    if (i === warmup - 1) tensors = tf.memory().numTensors;
    if (i === warmup + (repeat >> 2)) rss = process.memoryUsage.rss();
  }
  const tensorsLeft = tf.memory().numTensors - tensors;
  return { engine: name, version, device, times, cpuTimes, tensorsLeft, rssGrowthBytes: process.memoryUsage.rss() - rss, peakRssBytes: peakRss() };
});
