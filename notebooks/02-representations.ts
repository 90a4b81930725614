// %% [markdown]
// # Representations: how events become tensors
//
// A network wants numbers on a grid; a recording is a list. A **representation** turns one into the other, and each
// keeps something and loses something. This notebook shows them beside their definitions, on the same events.
//
// **You will learn**
// - what counts, voxel grids, time surfaces and binary maps are, and what each forgets,
// - why "voxel grid" is not one definition but several, and how to name the one you mean,
// - how to get a tensor on the engine that your machine has.
//
// Notation: an event k has time $t_k$, pixel $(x_k, y_k)$ and polarity $p_k \in \{0, 1\}$; its sign is $s_k = 2p_k - 1$.

// %% [parameters]
/** Path of a recording, in any format that evtlab reads. Empty: one is made, from the seed. */
let recording = "";
/** Seed of the made recording. */
let seed = 7;
/** Length of the window that is encoded, in milliseconds; a shorter recording is taken whole. */
let windowMs = 30;

// %%
import { plot, readEvents } from "evtlab";
import {
  build,
  eventCount,
  signedCount,
  temporalBinary,
  timeSurface,
  voxelGrid,
} from "evtlab/represent";
import { expression, face, faceEvents, perform } from "evtlab/simulate";

const smile = perform({
  duration: "2s",
  movements: expression("happiness", { start: "850ms", hold: "700ms" }),
  seed: seed,
});
const all =
  recording === ""
    ? faceEvents(face({ seed: seed }), smile, {
        width: 240,
        height: 180,
        model: "esim",
        thresholdSpread: 0.02,
        seed: seed,
      })
    : await readEvents(recording);
const start = Math.max(0, all.duration / 2 - windowMs * 500);
const events = all.between(start, Math.min(start + windowMs * 1000, all.duration + 1));
const span = Math.max(2, events.duration);
plot.frame(events);

// %% [markdown]
// ## Counts
//
// $$N(x, y, p) = |\{k : x_k = x,\ y_k = y,\ p_k = p\}|$$
//
// **Keeps** how often each pixel fired, per polarity. **Loses** when, and in which order.

// %%
const counts = await build(events, eventCount());
plot.channels(counts, { unit: "events" });

// %% [markdown]
// The **signed count** $\sum_k s_k$ adds the signs up. It has one channel, and it also loses activity: a pixel that got
// brighter and then darker again looks like one that did nothing.

// %%
plot.channels(await build(events, signedCount()));

// %% [markdown]
// ## Voxel grid
//
// The window is cut into B bins, and each event gives its sign to the two nearest ones, in shares of its distance. With
// the convention of E2VID (after Zhu et al., 2019), $t^*_k = (B - 1)\,(t_k - t_0) / (t_{last} - t_0)$ and
//
// $$V(b, x, y) = \sum_k s_k \max(0, 1 - |b - t^*_k|)$$
//
// **Keeps** rough time and the direction of change. **Loses** opposite signs that meet in one cell.

// %%
plot.voxels(await build(events, voxelGrid({ bins: 5 })));

// %% [markdown]
// Published code does not agree on $t^*$: some spread over $B$ bins instead of $B - 1$, some shift by half a bin and lose
// what falls off both ends. A network trained with one sees something else with another, so evtlab asks for the name.
// The sum over the grid shows what is lost; the sum of all signs would be the whole.

// %%
const conventions = ["e2vid", "tonic", "metavision"] as const;
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

const sums: Record<string, number> = { "all signs": total((await build(events, signedCount())).data) };
for (const convention of conventions) {
  sums[convention] = total((await build(events, voxelGrid({ bins: 5, convention }))).data);
}
sums;

// %% [markdown]
// ## Time surface
//
// For each pixel and polarity, how long ago was its latest event? With $T(x, y, p)$ its time:
//
// $$S(x, y, p) = e^{-(t_{ref} - T(x, y, p)) / \tau} \qquad\text{or}\qquad \max\Big(0,\ 1 - \frac{t_{ref} - T(x, y, p)}{w}\Big)$$
//
// **Keeps** the order and age of edges: motion leaves a slope behind it. **Loses** all but the latest event of a pixel.

// %%
const exponential = await build(events, timeSurface({ decay: "exponential", tau: span / 3 }));
const linear = await build(events, timeSurface({ decay: "linear", window: span }));
plot.grid([plot.channels(exponential), plot.channels(linear)], { columns: 1 });

// %% [markdown]
// ## Temporal binary representation (TBR)
//
// N short windows give N binary maps; read as the digits of one number, the newest highest, they become one picture:
//
// $$R(x, y) = \frac{1}{2^N - 1} \sum_{i=0}^{N-1} 2^i\, b_i(x, y)$$
//
// **Keeps** the pattern of activity over N windows, exactly. **Loses** polarity and counts. It is popular for faces, for
// FACEMORPHIC with N = 8 windows of 4 ms.

// %%
plot.channels(await build(events, temporalBinary({ bits: 8, dt: Math.max(1, Math.floor(span / 8)) })));

// %% [markdown]
// ## Same definition, other devices
//
// Every representation has a readable TypeScript definition (`cpu`). Faster kernels are compared with it, never the other
// way round.

// %%
const onCpu = await build(events, eventCount(), { device: "cpu" });
const onWasm = await build(events, eventCount(), { device: "wasm" });
`equal to the last count: ${onCpu.data.every((value, cell) => value === onWasm.data[cell])}`;

// %% [markdown]
// ## To a tensor
//
// The same grid as a tensor of the engine that runs on this machine, ready for a network.

// %%
import { currentEngine } from "evtlab/engine";

const { tf, name } = await currentEngine();
const tensor = await (await build(events, voxelGrid({ bins: 5 }))).toTensor();
const strongest = tf.tidy(() => tf.max(tf.abs(tensor)).arraySync());
tensor.dispose();
({ engine: name, shape: tensor.shape, strongest });

// %% [markdown]
// ## Try something
//
// - Lengthen `windowMs` to 200. Which representation becomes useless first, and why?
// - Voxel grids with `bins: 1`: what is left?
// - Change `newest` of `temporalBinary` to `"lsb"`: the same bits, another picture. Would a trained network agree?
//
// Next: [two cameras, one clock](03-synchronised-loading.ipynb).
