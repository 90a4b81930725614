// %% [markdown]
// # Representations
//
// A network takes a dense array. Each way to make one from events keeps something and loses something.

// %% [parameters]
let recording: string = ""; // path of a recording; empty: one made on the spot
let seed: number = 7; // of the made recording

// %%
import { plot, readEvents } from "evtlab";
import { facelike } from "evtlab/simulate";
import { build, eventCount, signedCount, temporalBinary, timeSurface, voxelGrid } from "evtlab/represent";

// %%
const all = recording === "" ? facelike({ seed }) : await readEvents(recording);
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
