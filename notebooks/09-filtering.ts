// %% [markdown]
// # Filtering a noisy recording
//
// A sensor adds events of its own: pixels fire without light, some fire all the time, and lamps that flicker with the
// mains set off thousands of pixels at once. Filters take such events out. They also take out some that were true. Here
// we make a recording of which we know every event, spoil it, clean it, and count both.
//
// **You will learn** to
// - see noise, hot pixels and flicker, and let `quality` name them,
// - chain filters with `pipe`, on a table or on a stream,
// - weigh what a filter removes against what it costs, where the truth is known.

// %% [parameters]
/** Path of a recording to clean at the end. Empty: the spoiled recording made here. */
let recording = "";
/** Seed of everything random. */
let seed = 7;
/** Background activity, events a second and pixel. */
let noiseRate = 2;

// %% [markdown]
// ## A recording of which the truth is known
//
// The synthetic person of the first tutorial smiles again, before a camera without noise, and there are three kinds of
// events that are not of the face. We keep them apart, so that later each event can be asked where it came from.

// %%
import { EventTable, plot, readEvents, streamEvents, type SensorEvent } from "evtlab";
import {
  addNoise,
  antiFlicker,
  backgroundActivity,
  hotPixels,
  maskPixels,
  pipe,
  refractoryPeriod,
  type EventFilter,
} from "evtlab/filters";
import { quality } from "evtlab/quality";
import { expression, face, faceEvents, perform } from "evtlab/simulate";

const smile = perform({
  duration: "2s",
  movements: expression("happiness", { start: "500ms", hold: "700ms" }),
  seed: seed,
});
const head = faceEvents(face({ seed: seed }), smile, {
  width: 320,
  height: 240,
  model: "esim",
  seed: seed,
});
const sensor = head.sensor;
const last = head.t[head.length - 1]!;

type Spoil = "head" | "noise" | "hot pixels" | "flicker";
const kinds: readonly Spoil[] = ["head", "noise", "hot pixels", "flicker"];

/** Noise: what addNoise adds to a recording of two events. */
const corners = EventTable.from(
  {
    t: BigInt64Array.of(0n, last),
    x: Uint16Array.of(0, 0),
    y: Uint16Array.of(0, 0),
    p: Uint8Array.of(0, 0),
  },
  { sensor },
);
const noise = corners.pipe(addNoise({ rate: noiseRate, seed: seed })).slice(1, -1);

/** Ten hot pixels, each with a rate of its own. */
const hot: SensorEvent[] = [];
for (let k = 0; k < 10; k++) {
  const step = 700 + 260 * k;
  for (let t = 31 * k; t < Number(last); t += step)
    hot.push({ t: BigInt(t), x: (37 * k + 11) % 320, y: (53 * k + 17) % 240, p: k % 2 });
}

/** A lamp at 100 Hz behind the left shoulder: each pixel goes on and, half a period later, off. */
const lamp: SensorEvent[] = [];
for (let y = 150; y < 190; y++) {
  for (let x = 10; x < 50; x++) {
    if ((x - 30) ** 2 + (y - 170) ** 2 > 400) continue;
    const delay = (x * 7 + y * 13) % 900;
    for (let half = 0; half * 5000 + delay < Number(last); half++)
      lamp.push({ t: BigInt(half * 5000 + delay + ((x * y + half) % 120)), x, y, p: 1 - (half % 2) });
  }
}
function tableOf(list: readonly SensorEvent[]): EventTable {
  return EventTable.from(
    {
      t: BigInt64Array.from(list, ({ t }) => t),
      x: Uint16Array.from(list, ({ x }) => x),
      y: Uint16Array.from(list, ({ y }) => y),
      p: Uint8Array.from(list, ({ p }) => p),
    },
    { sensor, sort: true },
  );
}
const parts = [head, noise, tableOf(hot), tableOf(lamp)];
parts.map(({ length }, i) => ({ kind: kinds[i], events: length }));

// %% [markdown]
// One recording of all of them, in order of time. Beside each event we remember its kind.

// %%
const count = parts.reduce((sum, { length }) => sum + length, 0);
const mixed = {
  t: new BigInt64Array(count),
  x: new Uint16Array(count),
  y: new Uint16Array(count),
  p: new Uint8Array(count),
};
const kindOf = new Uint8Array(count);
const next = parts.map(() => 0);
for (let i = 0; i < count; i++) {
  let from = -1;
  for (const [k, part] of parts.entries())
    if (next[k]! < part.length && (from < 0 || part.t[next[k]!]! < parts[from]!.t[next[from]!]!))
      from = k;
  const j = next[from]!++;
  const part = parts[from]!;
  mixed.t[i] = part.t[j]!;
  mixed.x[i] = part.x[j]!;
  mixed.y[i] = part.y[j]!;
  mixed.p[i] = part.p[j]!;
  kindOf[i] = from;
}
const spoiled = EventTable.from(mixed, { sensor: sensor, origin: 0n });
const [from, to] = ["700ms", "715ms"] as const;
plot.grid([
  plot.frame(head.between(from, to), { title: "the head" }),
  plot.frame(spoiled.between(from, to), { title: "as recorded" }),
]);

// %% [markdown]
// ## What is wrong with it
//
// `quality` reads a recording once and says what a person should know of it. It was not told what we added, and
// finds our ten hot pixels, the rate of the noise, and the lamp.

// %%
const before = await quality(spoiled);
before;

// %% [markdown]
// ## One filter each
//
// - **Hot pixels** fire more than their neighbourhood explains. They are found first, then masked.
// - **Flicker**: a pixel whose last periods, from on to on, were all between 90 and 110 Hz is flickering.
// - **Background activity** (Delbruck 2008): an event stays when one of its eight neighbours fired shortly before.
//
// The order matters. A hot pixel supports the noise around it, and so does a lamp: they go first.

// %%
const steps: Record<string, EventFilter> = {
  "hot pixels": maskPixels({ pixels: hotPixels(spoiled) }),
  flicker: antiFlicker({ low: 90, high: 110 }),
  noise: backgroundActivity({ within: "20ms" }),
};
const clean = spoiled.pipe(...Object.values(steps));
plot.grid([
  plot.frame(spoiled.between(from, to), { title: "as recorded" }),
  plot.frame(clean.between(from, to), { title: "cleaned" }),
  plot.frame(head.between(from, to), { title: "the truth" }),
]);

// %% [markdown]
// ## What it cost
//
// Which events went? The filters keep the order, so the kept ones are found by walking both tables together. *Kept of the
// head* should be high, everything else low.

// %%
/** Share of the events of each kind that are still there. */
function kept(after: EventTable): Record<Spoil, string> {
  const left = kinds.map(() => 0);
  for (let i = 0, j = 0; i < spoiled.length && j < after.length; i++) {
    const same =
      spoiled.t[i] === after.t[j] &&
      spoiled.x[i] === after.x[j] &&
      spoiled.y[i] === after.y[j] &&
      spoiled.p[i] === after.p[j];
    if (!same) continue;
    left[kindOf[i]!]!++;
    j++;
  }
  return Object.fromEntries(
    kinds.map((kind, k) => [kind, `${((100 * left[k]!) / parts[k]!.length).toFixed(1)} %`]),
  ) as Record<Spoil, string>;
}
const chains: Record<string, readonly EventFilter[]> = {
  nothing: [],
  "hot pixels": [steps["hot pixels"]!],
  "then flicker": [steps["hot pixels"]!, steps["flicker"]!],
  "then noise": Object.values(steps),
  "noise alone": [steps["noise"]!],
};
Object.entries(chains).map(([filters, chain]) => ({ filters, ...kept(spoiled.pipe(...chain)) }));

// %% [markdown]
// `noise alone` shows why the order matters. And no filter is free: some events of the head are alone, and noise beside
// an edge looks like the edge. How long a neighbour counts decides between the two:

// %%
const undisturbed = spoiled.pipe(steps["hot pixels"]!, steps["flicker"]!);
["1ms", "2ms", "5ms", "10ms", "20ms", "50ms"].map((within) => {
  const one = kept(undisturbed.pipe(backgroundActivity({ within: within as "1ms" })));
  const two = kept(undisturbed.pipe(backgroundActivity({ within: within as "1ms", support: 2 })));
  return {
    within,
    head: one.head,
    noise: one.noise,
    "head, two neighbours": two.head,
    "noise, two neighbours": two.noise,
  };
});

// %% [markdown]
// ## Before and after
//
// The report again, and the rate: the comb of the lamp is gone, the blinks stand out. At the very start it is still
// there: the filter has to see four periods before it knows a flickering pixel.

// %%
const row = (name: string, { warnings, noise, pixels, flicker }: typeof before) => ({
  recording: name,
  warnings: warnings.length,
  "noise, Hz a pixel": Number(noise.rate.toFixed(2)),
  "hot pixels": pixels.hot.length,
  // A peak that does not stand far out of the spectrum is no lamp.
  "flicker, Hz": flicker && flicker.prominence > 60 ? Math.round(flicker.frequency) : "none",
});
[
  row("as recorded", before),
  row("cleaned", await quality(clean)),
  row("the truth", await quality(head)),
];

// %%
const start = { from: 0, to: "1s" } as const;
plot.grid([
  plot.rate(spoiled.between(start.from, start.to), { title: "as recorded", bin: "2ms" }),
  plot.rate(clean.between(start.from, start.to), { title: "cleaned", bin: "2ms" }),
]);

// %% [markdown]
// ## A file of yours, of any length
//
// The same filters work on a stream, batch by batch, and give the same events as on the whole table. Memory stays that of
// a batch. On the command line:
// `evtlab convert IN OUT --filter hot-pixels --filter anti-flicker --filter background-activity:within=20ms`.

// %%
const mine = recording === "" ? spoiled : await readEvents(recording);
const filters = [
  maskPixels({ pixels: hotPixels(mine) }),
  antiFlicker(),
  refractoryPeriod({ period: "100us" }),
  backgroundActivity({ within: "20ms" }),
];
let events = 0;
for await (const batch of pipe(
  recording === "" ? [spoiled] : streamEvents(recording, { sensor: mine.sensor }),
  ...filters,
))
  events += batch.length;
({ before: mine.length, after: events, sameAsTable: events === mine.pipe(...filters).length });

// %%
const middle = mine.duration / 2;
const moment = { from: middle, to: middle + Math.max(1, Math.min(15_000, mine.duration / 4)) };
// First filter, then look: a filter that starts with the moment knows nothing of the lamp yet.
plot.grid([
  plot.frame(mine, { window: moment, title: "before" }),
  plot.frame(mine.pipe(...filters), { window: moment, title: "after" }),
]);

// %% [markdown]
// ## Try something
//
// - Raise `noiseRate` to 10. Which `within` is best now? Does asking for two neighbours help?
// - Move the lamp to 55 Hz in the cell above. What does `quality` say, and what has to change in `antiFlicker`?
// - Train on spoiled recordings instead of cleaning them: `addNoise`, `dropEvents`, `spaceJitter`, `timeJitter` and
//   `flip` from `evtlab/filters` take a seed and are pure.
//
// Next: [from a video to events](10-simulate-a-video.ipynb).
