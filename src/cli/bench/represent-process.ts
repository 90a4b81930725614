/** The process that builds one representation of one file for `evtlab bench represent`. */
import { readEvents } from "../../codecs/index.js";
import { build, loadRepresentation } from "../../represent/index.js";
import { answerTask } from "./child.js";
import type { RepresentBenchLine, RepresentBenchTask } from "./represent.js";

answerTask(async function run({ file, representation: text, device: asked, repeat }: RepresentBenchTask): Promise<RepresentBenchLine> {
  const events = await readEvents(file);
  const representation = await loadRepresentation(text);
  const { device } = await build(events, representation, { device: asked });
  const times: number[] = [];
  for (let i = 0; i < repeat; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    const start = performance.now();
    await build(events, representation, { device });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const medianMs = (times[(times.length - 1) >> 1]! + times[times.length >> 1]!) / 2;
  return {
    bench: "represent",
    file,
    representation: representation.id,
    events: events.length,
    threads: 1,
    device,
    medianMs,
    minMs: times[0]!,
    eventsPerSecond: events.length / (medianMs / 1000),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
});
