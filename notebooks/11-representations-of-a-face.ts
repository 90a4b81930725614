// %% [markdown]
// # Thirty-three milliseconds of a face, in every encoding
//
// A network sees a face only through its encoding. What the encoding forgets, no training brings back. Here the same
// window of one recording goes through all of them, side by side, and a small experiment measures what each one keeps.
//
// **You will learn**
// - what the encodings of the literature make of a face that moves,
// - how to find out what an encoding is blind to, without trusting anyone's word,
// - what an encoding costs in memory and time.

// %% [parameters]
/** Path of a recording. Empty: a synthetic person smiles before a simulated camera. */
let recording = "";
/** Seed of the made recording. */
let seed = 7;
/** Length of the window in milliseconds: 33 is a frame of ordinary video. */
let windowMs = 33;
/** Start of the window in milliseconds from the first event; below zero, the busiest window is taken. */
let startMs = -1;

// %%
import { EventTable, plot, readEvents } from "evtlab";
import { build, parseRepresentation, representations, type Grid } from "evtlab/represent";
import { expression, face, faceEvents, perform } from "evtlab/simulate";

function smile(): EventTable {
  const movements = expression("happiness", { start: "300ms", hold: "400ms" });
  const someone = perform({ duration: "1.2s", movements, seed: seed });
  return faceEvents(face({ seed: seed }), someone, {
    width: 320,
    height: 240,
    model: "esim",
    thresholdSpread: 0.02,
    seed: seed,
  });
}
const all = recording === "" ? smile() : await readEvents(recording);
const length = windowMs * 1000;
const windowAt = (start: number) => all.between(start, start + length);
/** How many events a window has, by its start. */
const busiest = Array.from(
  { length: Math.max(1, Math.floor(all.duration / length)) },
  (_, k) => k * length,
).reduce((best, start) => (windowAt(start).length > windowAt(best).length ? start : best));
const start = startMs < 0 ? busiest : startMs * 1000;
const events = windowAt(start);
const span = Math.max(16, events.duration);
plot.grid([plot.frame(events), plot.cloud(events)]);

// %% [markdown]
// ## All of them
//
// `representations()` knows every encoding that comes with evtlab, its source and an example; `evtlab list
// representations` prints the same. An encoding is text, so a list of texts is a list of encodings. Times are set to fit
// the window.

// %%
const texts = {
  "counts, on": ["count", "on"],
  "signed count": ["signed-count", 0],
  "polarity frame": ["polarity-frame", 0],
  "voxel grid, middle bin": ["voxel:bins=5", "bin 2"],
  "spike tensor, on, bin 4": ["est:bins=9", "on bin 4"],
  "stacked histogram, on, bin 5": ["stacked-histogram", "on bin 5"],
  "time surface, on": [`time-surface:decay=exponential,tau=${Math.ceil(span / 3)}`, "on"],
  "average surface, on": [`average-surface:tau=${Math.ceil(span / 3)}`, "on"],
  "surfaces of 5 lengths, on, longest": [`mcts:windows=5,longest=${span}`, 9],
  "TORE, on, newest": [`tore:depth=3,longest=${span}`, "on 0"],
  "TBR, 8 bits": [`tbr:dt=${Math.floor(span / 8)}`, 0],
  "Bina-Rep, on": ["bina-rep:bits=8", 1],
  "mixed density, first 1/4": ["mdes:bins=5", "bin 2"],
  "EV-FlowNet, latest on": ["ev-flownet", "latest on"],
  "ERGO-12, variance of t−": ["ergo12", 1],
  "EvRep, deviation": ["ev-rep", "deviation"],
  "corner surface SITS, on": ["sits", "on"],
  "corner surface EROS": ["eros", 0],
} as const;

const grids = new Map<string, Grid>();
for (const [name, [text]] of Object.entries(texts))
  grids.set(name, await build(events, parseRepresentation(text)));
const pictures = Object.entries(texts).map(([name, [, channel]]) => {
  const { data, shape } = grids.get(name)!;
  const at = typeof channel === "number" ? channel : grids.get(name)!.channels.indexOf(channel);
  const pixels = Float32Array.from(
    { length: shape[0] * shape[1] },
    (_, pixel) => data[pixel * shape[2] + at]!,
  );
  return plot.channels(
    { data: pixels, shape: [shape[0], shape[1], 1], channels: [name] },
    { unit: "" },
  );
});
plot.grid(pictures, { columns: 3, width: 1100 });

// %% [markdown]
// The busiest moment of this smile is a blink: look at the lids. Counts show where they passed, but not which way.
// Surfaces show a slope: bright where the edge is now, darker where it was. TBR writes that motion into the bits of one
// number. TORE is large where nothing happened for long, so its picture is the others' negative. The corner surfaces care
// for order alone: a slow smile and a fast one look alike to them, and the faint mouth is as clear as the lids.

// %% [markdown]
// ## Three that are pictures
//
// Tencode and TIE make images of three channels, so that networks trained on photographs can take them. TIE is the input
// of evTransFER. No formula of it was published: this is its published code, four variants of it. In two of them time is
// the time since the start of the recording, in seconds, and bins end after 1.125 s: later in a recording they are empty.

// %%
await build(events, parseRepresentation("tencode"));

// %%
await build(events, parseRepresentation("tie:variant=t0_t0,output=image"));

// %%
await build(events, parseRepresentation("tie:variant=t0_t,output=image"));

// %% [markdown]
// ## What does each one keep?
//
// Do not take anyone's word: change the events, build again, and see whether the grid changes. Four changes:
//
// - **order**: play the window backwards. An encoding that does not change is blind to the direction of motion.
// - **sign**: swap on and off.
// - **number**: let every event happen twice.
// - **pace**: squeeze the first half of the window in time, stretch the second; the order stays.

// %%
type Change = (t: number, p: number) => readonly (readonly [t: number, p: number])[];
const changes: Record<string, Change> = {
  order: (t, p) => [[events.duration - t, p]],
  sign: (t, p) => [[t, 1 - p]],
  number: (t, p) => [
    [t, p],
    [t, p],
  ],
  pace: (t, p) => [[Math.floor(t * (0.5 + (0.5 * t) / span)), p]],
};

/** The window with each event changed, in order of time again. */
function changed(change: Change): EventTable {
  const rows: [number, number, number, number][] = [];
  for (let i = 0; i < events.length; i++) {
    for (const [t, p] of change(Number(events.t[i]! - events.t[0]!), events.p[i]!))
      rows.push([t, events.x[i]!, events.y[i]!, p]);
  }
  return EventTable.from(
    {
      t: BigInt64Array.from(rows, ([t]) => events.t[0]! + BigInt(t)),
      x: Uint16Array.from(rows, ([, x]) => x),
      y: Uint16Array.from(rows, ([, , y]) => y),
      p: Uint8Array.from(rows, ([, , , p]) => p),
    },
    { sensor: events.sensor, origin: events.origin, sort: true },
  );
}

const window = { from: events.t[0]!, to: events.t[0]! + BigInt(span + 1) };
const kept: Record<string, unknown>[] = [];
for (const [name, [text]] of Object.entries(texts)) {
  const representation = parseRepresentation(text);
  const before = await build(events, representation, { window });
  const row: Record<string, unknown> = { encoding: name.replace(/,.*/, "") };
  for (const [what, change] of Object.entries(changes)) {
    const after = await build(changed(change), representation, { window });
    row[what] = before.data.some((value: number, i: number) => value !== after.data[i])
      ? "keeps"
      : "loses";
  }
  row["channels"] = before.shape[2];
  row["MB"] = Number((before.data.byteLength / 1e6).toFixed(1));
  kept.push(row);
}
kept;

// %% [markdown]
// A few rows deserve a thought. Counts lose order and pace, but keep number: two passes of an edge are not one. TBR loses
// sign and number, and keeps order and pace. Surfaces of the latest event lose number. Voxel grids, spike tensors, stacked
// histograms, TORE, mixed densities, EV-FlowNet's picture and ERGO-12 keep all four, for 0.4 to 5.5 MB a window. But *to
// keep* means here that one value changed; it does not say how well a network can see it. Mixed densities have all four in
// the fewest bytes, one a value; like voxel grids, they lose opposite signs that meet in one cell.

// %% [markdown]
// ## How long does it take?
//
// The best of five, on one thread, from columns in memory to a grid of its own.

// %%
const times: Record<string, unknown>[] = [];
for (const { name, example } of representations()) {
  const representation = parseRepresentation(example);
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    await build(events, representation);
    best = Math.min(best, performance.now() - before);
  }
  times.push({
    encoding: name,
    "ms a window": Number(best.toFixed(2)),
    kernel: representation.kernels.wasm ? "wasm" : "cpu",
  });
}
times;

// %% [markdown]
// ## Try something
//
// - Set `windowMs` to 200. Which encodings still show a mouth, and which one a smear?
// - Set `windowMs` to 5. Which ones need more events than that to say anything?
// - Write an encoding of your own: one object with `id`, `source`, `shape` and `kernels.cpu`. Add it to the table above.
//   Can you keep all four with two channels?
//
// Before: [representations one by one](02-representations.ipynb).
