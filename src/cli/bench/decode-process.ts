/** The process that reads one file for `evtlab bench decode`. */
import { readEvents } from "../../codecs/index.js";
import { answerTask, peakRss } from "./child.js";
import type { DecodeBenchLine, DecodeBenchTask } from "./decode.js";

answerTask(async function run({ file, repeat }: DecodeBenchTask): Promise<DecodeBenchLine> {
  const times: number[] = [];
  let events = 0;
  let format = "";
  for (let i = 0; i <= repeat; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    const reading = await read(file);
    if (i > 0) times.push(reading.ms);
    ({ events, format } = reading);
  }
  times.sort((a, b) => a - b);
  const medianMs = (times[(times.length - 1) >> 1] + times[times.length >> 1]) / 2;
  return {
    bench: "decode",
    file,
    format,
    events,
    threads: 1,
    device: "wasm",
    medianMs,
    minMs: times[0],
    eventsPerSecond: events / (medianMs / 1000),
    peakRssBytes: peakRss(),
  };
});

/** Keeps nothing of the table, so that two never lie in memory at once. */
async function read(file: string): Promise<{ ms: number; events: number; format: string }> {
  const start = performance.now();
  const table = await readEvents(file);
  return { ms: performance.now() - start, events: table.length, format: table.provenance.format };
}
