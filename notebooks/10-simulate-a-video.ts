// %% [markdown]
// # From a video to events
//
// Event cameras are rare, videos are everywhere. A **simulator** asks what an event camera would have seen of a video:
// it follows the logarithm of each pixel's light and lets the pixel fire whenever that has moved by a threshold.
//
// **You will learn**
// - how to turn a video, a folder of pictures or rendered frames into events,
// - what threshold, bandwidth and noise do, and which of them your results depend on,
// - why the pictures between the pictures matter, and how much is lost without them.
//
// Two models of a pixel are there. **v2e** (Hu, Liu and Delbruck, 2021) knows the faults of real pixels: thresholds that
// differ, a bandwidth that shrinks in the dark, leak and shot noise, a refractory period. **ESIM** (Rebecq, Gehrig and
// Scaramuzza, 2018) is ideal, and gives each event the time at which a line between two pictures crosses its level.

// %% [parameters]
/** A video (needs the package node-av) or a folder of PNG or JPEG pictures. Empty: a face is drawn. */
let video = "";
/** Pictures a second, for a folder whose names give no times. */
let rate = 0;
/** Width and height of the simulated sensor. */
let width = 240;
let height = 180;
/** Milliseconds of the video that are used. */
let windowMs = 400;
/** Seed of all noise, and of the drawn face. */
let seed = 7;

// %% [markdown]
// ## Pictures in
//
// `streamFrames` reads a video picture by picture, at the exact times of its container, grey, cut and scaled to the
// sensor. A renderer gives such pictures as well: `{ t, width, height, data }`, times in microseconds, light from 0 to 255.

// %%
import { plot } from "evtlab";
import {
  expression,
  face,
  interpolateFrames,
  perform,
  renderSequence,
  simulateEvents,
  streamFrames,
} from "evtlab/simulate";

const happy = perform({
  duration: windowMs * 1000,
  movements: expression("happiness", { start: "50ms", hold: "100ms" }),
  nuisances: { headMotion: 0.3, headSpeed: 0.7 },
  seed: seed,
});
const drawn = { width: width, height: height, fps: 240 };
const source =
  video === ""
    ? renderSequence(face({ seed: seed }), happy, drawn)
    : streamFrames(video, {
        to: windowMs * 1000,
        size: { width: width, height: height },
        ...(rate > 0 && { rate: rate }),
      });
const frames: { t: number; width: number; height: number; data: Float32Array }[] = [];
for await (const { t, data } of source) frames.push({ t: t, width: width, height: height, data: data });
const interval = (frames[frames.length - 1].t - frames[0].t) / (frames.length - 1);
`${frames.length} pictures, one every ${(interval / 1000).toFixed(1)} ms`;

// %% [markdown]
// ## Events out
//
// `simulateEvents` is a stream: loop over it with `for await`, or ask for all of it with `.table()`. A seed is required,
// and the same seed makes the same events.

// %%
const middle = (frames[frames.length - 1].t - frames[0].t) / 2;
const window = { from: middle, to: middle + 20_000 };
const smooth = interpolateFrames(frames);
const events = await simulateEvents(smooth, { model: "v2e", preset: "default", seed: seed }).table();
plot.grid([plot.frame(events, { window: window }), plot.rate(events)]);

// %% [markdown]
// ## Threshold
//
// The threshold $\theta$ is a change of log intensity: 0.2 means about 20 % brighter or darker. Half of it makes about twice
// the events, and shows texture that was below it before. Published models were trained with one value; real cameras have
// another, and it differs from pixel to pixel.

// %%
const dense: typeof frames = [];
for await (const frame of interpolateFrames(frames)) dense.push(frame);
const table: { setting: string; events: number; "% on": number; "events a pixel": number }[] = [];
const note = (setting: string, made: typeof events) => {
  table.push({
    setting: setting,
    events: made.length,
    "% on": Math.round((100 * made.summary().on) / Math.max(1, made.length)),
    "events a pixel": Math.round((100 * made.length) / (width * height)) / 100,
  });
  return plot.frame(made, { window: window, title: setting });
};

const figures: plot.Figure[] = [];
for (const threshold of [0.1, 0.2, 0.4]) {
  figures.push(
    note(
      `threshold ${threshold}`,
      await simulateEvents(dense, { preset: "clean", threshold: threshold, seed: seed }).table(),
    ),
  );
}
plot.grid(figures, { columns: 3 });

// %% [markdown]
// ## Bandwidth
//
// A photoreceptor is slow, and slower in the dark: v2e's `cutoff` is its bandwidth in full light. A low one delays events
// and blurs what moves fast; dark parts of a face lose theirs first.

// %%
const slow: plot.Figure[] = [];
for (const cutoff of [0, 30, 5]) {
  const name = cutoff === 0 ? "no limit" : `cutoff ${cutoff} Hz`;
  slow.push(
    note(name, await simulateEvents(dense, { preset: "clean", cutoff: cutoff, seed: seed }).table()),
  );
}
plot.grid(slow, { columns: 3 });

// %% [markdown]
// ## Noise
//
// Leak makes every pixel fire *on* now and then; shot noise fires both ways, mostly where it is dark. The presets of v2e
// are `clean`, `default` and `noisy`; `ideal` is without any fault.

// %%
const noises: plot.Figure[] = [];
for (const preset of ["ideal", "default", "noisy"] as const) {
  noises.push(note(preset, await simulateEvents(dense, { preset: preset, seed: seed }).table()));
}
plot.grid(noises, { columns: 3 });

// %%
table;

// %% [markdown]
// ## Pictures between pictures
//
// v2e gives the events of a step the times of the pixel that fires most. With few pictures a second, events pile up at
// the times of pictures: rings in a cloud of space and time. `interpolateFrames` blends pictures, as many between two as
// the largest change asks for. That mends the times; it does not bring back what happened between two pictures.

// %%
const few = frames.filter((_, n) => n % Math.max(1, Math.round(33_333 / interval)) === 0);
const piled = await simulateEvents(few, { preset: "ideal", seed: seed }).table();
const blended = await simulateEvents(interpolateFrames(few), { preset: "ideal", seed: seed }).table();
const full = await simulateEvents(dense, { preset: "ideal", seed: seed }).table();
const rates = [
  plot.rate(piled, { title: "few pictures" }),
  plot.rate(blended, { title: "blended" }),
  plot.rate(full, { title: "all pictures" }),
];
plot.grid(rates, { columns: 1 });

// %% [markdown]
// Blended steps are still not even: *off* events come late in a step and *on* events early. A blend is a line in light, and
// the pixels see its logarithm, which falls slowly at first and then fast.

// %%
const summary = { "few pictures": piled, blended: blended, "all pictures": full };
Object.entries(summary).map(([name, made]) => ({
  pictures: name,
  events: made.length,
  "distinct times": new Set(made.t).size,
}));

// %% [markdown]
// ## The whole way in one call
//
// `simulateVideo` reads, scales, interpolates and simulates, batch by batch, in memory that does not grow:
//
// ```ts
// for await (const batch of simulateVideo("talk.mp4", { size: { width: 346, height: 260 }, preset: "noisy", seed: 7 })) use(batch);
// ```
// and on the command line: `evtlab simulate talk.mp4 talk.raw --size 346x260 --preset noisy --seed 7`.
//
// ## Try something
//
// - Use a video of your own: `evtlab run 10-simulate-a-video.ipynb out.ipynb -p video talk.mp4`.
// - Give `threshold: { on: 0.3, off: 0.15 }`: what happens to the share of *on* events, and why is it not a half before?
// - Replace v2e by `model: "esim"` in the last comparison. Do few pictures still pile events up?
// - Which threshold and preset make the rate of a recording of yours?
//
// Next: [a face in every encoding](11-representations-of-a-face.ipynb).
