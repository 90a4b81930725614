// %% [markdown]
// # A first look
//
// An event camera has no frames. Each pixel reports when its brightness changed: an event has a time `t` in
// microseconds, a place `x`, `y`, and a polarity `p`, 1 when the pixel became brighter. Here we open a recording,
// look at it, cut a piece out, and draw it.

// %% [parameters]
let recording: string = ""; // path of a recording; empty: one made on the spot
let seed: number = 7; // of the made recording

// %%
import { plot, readEvents } from "evtlab";
import { facelike } from "evtlab/simulate";

// %% [markdown]
// Without a recording of your own, a face of a few strokes moves in front of a small sensor.

// %%
const events = recording === "" ? facelike({ seed }) : await readEvents(recording);
events

// %% [markdown]
// ## How much happened, and when

// %%
plot.rate(events)

// %% [markdown]
// ## A piece of it
//
// Times count from the first event; a window ends before its second time.

// %%
const piece = events.between("100ms", "150ms");
plot.grid([plot.frame(piece), plot.polarityMap(piece)])

// %% [markdown]
// ## In space and time

// %%
plot.cloud(piece)
