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
import { EventTable, plot, readEvents } from "evtlab";

// %% [markdown]
// Without a recording of your own, a disc with two dark eyes goes around in front of a small sensor.

// %%
function madeRecording(seed: number): EventTable {
  const size = 128;
  const events: { t: number; x: number; y: number; p: number }[] = [];
  let state = seed >>> 0;
  const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
  for (let t = 0; t < 500_000; t += 20) {
    const phase = (2 * Math.PI * t) / 250_000;
    const [cx, cy] = [64 + 20 * Math.cos(phase), 64 + 12 * Math.sin(phase)];
    const angle = 2 * Math.PI * random();
    const part = random();
    const [ox, oy, radius] = part < 0.6 ? [0, 0, 30] : part < 0.8 ? [-11, -8, 5] : [11, -8, 5];
    const x = Math.round(cx + ox + radius * Math.cos(angle) + random() - 0.5);
    const y = Math.round(cy + oy + radius * Math.sin(angle) + random() - 0.5);
    // An edge that moves along its normal brightens in front and darkens behind; an eye the other way round.
    const ahead = -20 * Math.sin(phase) * Math.cos(angle) + 12 * Math.cos(phase) * Math.sin(angle) > 0;
    events.push({ t, x, y, p: Number(ahead === part < 0.6) });
  }
  const columns = {
    t: BigInt64Array.from(events, (event) => BigInt(event.t)),
    x: Uint16Array.from(events, (event) => event.x),
    y: Uint16Array.from(events, (event) => event.y),
    p: Uint8Array.from(events, (event) => event.p),
  };
  return EventTable.from(columns, { sensor: { width: size, height: size } });
}
const events = recording === "" ? madeRecording(seed) : await readEvents(recording);
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
