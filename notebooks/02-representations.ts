// %% [markdown]
// # Representations
//
// A network takes a dense array. Each way to make one from events keeps something and loses something.

// %% [parameters]
let recording: string = ""; // path of a recording; empty: one made on the spot
let seed: number = 7; // of the made recording

// %%
import { EventTable, plot, readEvents } from "evtlab";
import { build, eventCount, signedCount, temporalBinary, timeSurface, voxelGrid } from "evtlab/represent";

// %%
function madeRecording(seed: number): EventTable {
  const count = 20_000;
  let state = seed >>> 0;
  const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
  const t = BigInt64Array.from({ length: count }, (_, i) => BigInt(i * 5));
  const angle = Float64Array.from({ length: count }, () => 2 * Math.PI * random());
  const columns = {
    t,
    x: Uint16Array.from(angle, (a, i) => 40 + (48 * i) / count + 24 * Math.cos(a)),
    y: Uint16Array.from(angle, (a) => 64 + 24 * Math.sin(a)),
    p: Uint8Array.from(angle, (a) => Number(Math.cos(a) > 0)),
  };
  return EventTable.from(columns, { sensor: { width: 128, height: 128 } });
}
const all = recording === "" ? madeRecording(seed) : await readEvents(recording);
const events = all.between(0, "50ms");
events

// %% [markdown]
// ## Counts
//
// $C_p(x, y)$ is the number of events of polarity $p$. Keeps how often; loses when.

// %%
plot.channels(await build(events, eventCount()))

// %%
plot.channels(await build(events, signedCount()))

// %% [markdown]
// ## Voxel grid
//
// Each event is shared between the two bins next to its time. Keeps a coarse time; loses order within a bin.

// %%
plot.voxels(await build(events, voxelGrid({ bins: 5 })))

// %% [markdown]
// ## Time surface
//
// $S_p(x, y) = e^{-(t_{end} - t_{last})/\tau}$. Keeps the last event of each pixel; loses all before it.

// %%
plot.channels(await build(events, timeSurface({ decay: "exponential", tau: "20ms" })))

// %% [markdown]
// ## Temporal binary representation
//
// A bit a slice: was there an event? Read as one number. Keeps when, in slices; loses how many and which polarity.

// %%
plot.channels(await build(events, temporalBinary({ bits: 8 })))
