// %% [markdown]
// # A first look at a recording
//
// An event camera takes no frames. Each pixel watches its own brightness and reports, within microseconds, that it
// became brighter (**on**) or darker (**off**). A recording is a long list of such events: *time, column, row, polarity*.
//
// **You will learn** to
// - open a recording and read what it says of itself,
// - look at it as a frame, as a rate over time and as a cloud in space and time,
// - slice it by time, by region and by polarity,
// - hand it to tools that know nothing of event cameras: Arrow, Parquet, SQL, data frames.

// %% [parameters]
/** Path of a recording, in any format that evtlab reads. Empty: one is made, from the seed. */
let recording = "";
/** Seed of the made recording. */
let seed = 7;

// %% [markdown]
// ## Open it
//
// `readEvents` looks at the content of a file, not at its name. When no file is given, we make one: a
// synthetic person smiles before a simulated event camera. It is written as a Prophesee EVT3 file first, so that the
// steps are the same as for a camera's file.

// %%
import { plot, readEvents, writeEvents } from "evtlab";
import { expression, face, faceEvents, perform } from "evtlab/simulate";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

if (recording === "") {
  recording = join(await mkdtemp(join(tmpdir(), "evtlab-")), "head.raw");
  const someone = face({ seed: seed });
  const smile = perform({
    duration: "2s",
    movements: expression("happiness", { start: "850ms", hold: "700ms" }),
    seed: seed,
  });
  const head = faceEvents(someone, smile, {
    width: 240,
    height: 180,
    model: "esim",
    thresholdSpread: 0.02,
    seed: seed,
  });
  await writeEvents(head, recording, { format: "evt3" });
}
const events = await readEvents(recording);
events;

// %% [markdown]
// That card is the value of the cell. It says what the reader had to assume, if anything: many files do not name their
// sensor, and a wrong guess would shift every pixel.
//
// The table itself is four plain columns. Nothing is hidden in objects, so a loop over ten million events is a loop over
// ten million numbers.

// %%
events.summary();

// %% [markdown]
// ## Look at it
//
// A **frame** shows the events of a short window: one colour for pixels that became brighter, another for darker. The
// **rate** counts events over time; blinks and head turns stand out as bursts.

// %%
const middle = events.duration / 2;
const moment = events.between(middle, middle + Math.max(1, Math.min(33_000, events.duration / 4)));

plot.grid([plot.frame(moment), plot.rate(events)]);

// %% [markdown]
// A frame throws the time within its window away. The **cloud** keeps it: a moving edge draws a surface through
// space and time. Drag it to turn it (in a saved page it is a still picture).

// %%
plot.cloud(moment, { seed: seed });

// %% [markdown]
// The **player** shows it move. Space plays, the arrows go by windows, + and − change the speed, v turns it into a cloud.
// The output carries its events, so it plays in the saved notebook and in an exported page, without a kernel.

// %%
events.play({ window: "10ms", speed: 1 / 10 });

// %% [markdown]
// ## Slice it
//
// Times are numbers of microseconds, or text with a unit, and count from the first event of the recording. A window is
// half open: its end is not part of it. A slice by time shares the columns of its table, so it costs nothing.

// %%
const half = {
  width: Math.floor(events.sensor.width / 2),
  height: Math.floor(events.sensor.height / 2),
};
const centre = moment.crop({ x: Math.floor(half.width / 2), y: Math.floor(half.height / 2), ...half });

plot.grid([
  plot.frame(centre, { title: "centre" }),
  plot.polarityMap(centre, { title: "on minus off" }),
]);

// %%
const brighter = moment.polarity("on");
({
  events: moment.length,
  on: brighter.length,
  sliceSharesMemory: moment.t.buffer === events.t.buffer,
});

// %% [markdown]
// ## Take it elsewhere
//
// The columns are [Arrow](https://arrow.apache.org) columns without a copy. Parquet files open in every data tool.

// %%
const arrow = events.toArrow();
arrow.schema.fields.map((field) => `${field.name}: ${field.type}`);

// %%
const parquet = await events.toParquet();
const ipc = events.toIPC();
const bytesAnEvent = (bytes: Uint8Array) => Number((bytes.byteLength / events.length).toFixed(2));
({ parquet: bytesAnEvent(parquet), ipc: bytesAnEvent(ipc) });

// %% [markdown]
// `events.sql` asks in SQL where the optional package `@duckdb/node-api` is installed:
// `await events.sql("select p, count(*) as n from events group by p")`. And a
// [danfo.js](https://danfo.jsdata.org) data frame behaves like one of pandas. How many events has each polarity in the
// moment above?

// %%
const frame = await moment.toDataFrame();
frame.groupby(["p"]).count();

// %% [markdown]
// ## Try something
//
// - Set `recording` in the first code cell to a file of yours and run all cells again.
// - Find the busiest 10 ms: `plot.rate(events, { bin: "10ms" })` shows where they are.
// - Slice one eye with `crop` and plot its rate. Can you see the blink?
//
// Next: [how events become tensors](02-representations.ipynb).
