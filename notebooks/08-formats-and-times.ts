// %% [markdown]
// # Formats and time stamps
//
// An event is four numbers, and most of what goes wrong with recordings goes wrong in one of them: the time. A counter
// wraps, a unit is guessed, a float is too short, an origin is lost, and the pictures still look fine. This notebook
// breaks recordings in each of these ways and shows how to see it.
//
// **You will learn** to
// - tell where a recording's clock starts, and slice by time without knowing it,
// - recognise lost wraps, wrong units, rounded seconds and steps backward from a few numbers,
// - say what a file does not say: the size of the sensor, the unit of its times,
// - convert between formats and prove that no event changed.

// %% [parameters]
/** Path of a recording. Empty: one is made on the spot, from the seed. */
let recording = "";
/** Seed of the made recording. */
let seed = 7;

// %%
import { disorder, EventTable, plot, readEvents, writeEvents, type EventColumns } from "evtlab";
import { codec, codecNames, inspect, streamEvents } from "evtlab/codecs";
import { timeSkew } from "evtlab/filters";
import { quality } from "evtlab/quality";
import { expression, face, faceEvents, perform } from "evtlab/simulate";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = await mkdtemp(join(tmpdir(), "evtlab-"));
if (recording === "") {
  recording = join(folder, "head.raw");
  const smile = perform({
    duration: "2s",
    movements: expression("happiness", { start: "500ms", hold: "700ms" }),
    seed: seed,
  });
  await writeEvents(
    faceEvents(face({ seed: seed }), smile, { width: 320, height: 240, model: "esim", seed: seed }),
    recording,
    { format: "evt3" },
  );
}
const all = await readEvents(recording);
// A part is enough here. It begins at its own first event.
const part = all.slice(0, 400_000);
const events = new EventTable(part, { ...part, origin: part.t[0] ?? 0n });
events;

// %% [markdown]
// ## Where the clock starts
//
// A RAW file counts from the moment the camera was switched on, AEDAT4 counts microseconds since 1970, DAT mostly counts
// from the first event. Here is one recording on three clocks. A duration counts from the origin of the recording, so
// the same words slice the same events on each of them; a `bigint` is a time of the sensor's own clock.

// %%
/** The same events, so many microseconds later. */
function onClock(start: bigint): EventTable {
  const shift = start - events.origin;
  return new EventTable(
    { ...columnsOf(events), t: events.t.map((t) => t + shift) },
    { ...events, origin: start },
  );
}
function columnsOf({ t, x, y, p }: EventTable): EventColumns {
  return { t, x, y, p };
}
const clocks = {
  "from zero": onClock(0n),
  "camera on for an hour": onClock(3_600_000_000n),
  "since 1970": onClock(1_760_000_000_000_000n),
};
const quarter = events.duration / 4;
Object.entries(clocks).map(([clock, table]) => ({
  clock,
  firstTime: table.t[0],
  eventsInSecondQuarter: table.between(quarter, Math.max(quarter + 1, 2 * quarter)).length,
}));

// %% [markdown]
// ## A counter that wraps
//
// EVT3 has 24 bits for the time: after 16.777 s it starts again at zero, and the reader has to count the turns. A reader
// that does not gives times that jump back. `EventTable.from` refuses them, and `quality` knows the length of the jump.

// %%
const late = onClock(2n ** 24n - BigInt(Math.round(events.duration / 2)));
const unwrapped = new EventTable(
  { ...columnsOf(late), t: late.t.map((t) => t % 2n ** 24n) },
  { ...late, origin: late.t[0]! % 2n ** 24n },
);
(await quality(unwrapped)).warnings;

// %%
try {
  EventTable.from(columnsOf(unwrapped), { sensor: unwrapped.sensor });
} catch (error) {
  console.log((error as Error).message);
}

// %% [markdown]
// The readers here count the turns. Written as EVT3 across the wrap and read again, the times are the same:

// %%
const acrossWrap = join(folder, "across-wrap.raw");
await writeEvents(late, acrossWrap, { format: "evt3" });
const back = await readEvents(acrossWrap);
({ stepsBack: disorder(back.t).stepsBack, sameTimes: back.t.every((t, i) => t === late.t[i]) });

// %% [markdown]
// In a plot the loss looks like this: half of the recording lies before its own beginning, and the rate has a hole of
// 16 seconds in it. (Sorting, the obvious repair, hides the damage.)

// %%
const sortedWrong = EventTable.from(columnsOf(unwrapped), { sensor: unwrapped.sensor, sort: true });
plot.grid([
  plot.rate(late, { title: "as it was" }),
  plot.rate(sortedWrong, { title: "wrap lost, then sorted" }),
]);

// %% [markdown]
// ## A unit that was guessed
//
// npz and text files keep a column `t` and do not say of what. Nanoseconds read as microseconds make a recording a
// thousand times longer, milliseconds a thousand times shorter. Nothing fails; only the rate tells. A pixel rarely fires
// more than some hundred times a second, and a face in front of a camera makes 10,000 to 10 million events a second.

// %%
const guesses = {
  "as microseconds (right)": 1,
  "nanoseconds taken for microseconds": 1000,
  "milliseconds taken for microseconds": 0.001,
};
const byGuess = [];
for (const [guess, coefficient] of Object.entries(guesses)) {
  const { rate, intervals, times } = await quality(events.pipe(timeSkew({ coefficient: coefficient })));
  byGuess.push({
    guess,
    seconds: Number((times.duration / 1e6).toPrecision(4)),
    eventsPerSecond: Math.round(rate.mean),
    medianPixelIntervalMs: (intervals.pixel?.median ?? NaN) / 1000,
    shareInTheSameMicrosecond: Number(intervals.together.toFixed(3)),
  });
}
byGuess;

// %% [markdown]
// That is why a reader here never guesses in silence: where a file does not say its unit, give `timeUnit`, and what was
// assumed stands in `events.provenance.assumptions`.
//
// ## Seconds that lost their microseconds
//
// Text and HDF5 files of research code often keep seconds. In float64 that is exact for centuries. In **float32** a
// number has 24 bits: at one second the steps are 0.06 µs, at 100 seconds 7.6 µs, at 2000 seconds 122 µs, and for times
// since 1970 two minutes.

// %%
/** Times that went through seconds in a float32 on a clock that has run so long. */
function throughFloat32(start: bigint): EventTable {
  const table = onClock(start);
  const t = table.t.map((time) => BigInt(Math.round(Math.fround(Number(time) / 1e6) * 1e6)));
  return EventTable.from({ ...columnsOf(table), t }, { sensor: table.sensor, sort: true });
}
const rounded = [];
for (const start of [0n, 100_000_000n, 2_000_000_000n, 100_000_000_000n]) {
  const table = throughFloat32(start);
  const { times } = await quality(table);
  rounded.push({
    clockHasRunSeconds: Number(start / 1_000_000n),
    differentTimes: new Set(table.t).size,
    grainMicroseconds: times.grain,
  });
}
rounded;

// %% [markdown]
// `differentTimes` falls while the number of events stays. The cloud shows why that matters: what was a smooth surface in
// space and time becomes a stack of sheets.

// %%
const moment = { from: quarter, to: quarter + Math.max(1, Math.min(40_000, events.duration / 4)) };
const coarse = throughFloat32(100_000_000_000n);
plot.grid([
  plot.cloud(events.between(moment.from, moment.to), { seed: seed, title: "exact" }),
  plot.cloud(
    coarse.between(
      coarse.t[0]! + BigInt(Math.round(moment.from)),
      coarse.t[0]! + BigInt(Math.round(moment.to)) + 8000n,
    ),
    { seed: seed, title: "float32 seconds" },
  ),
]);

// %% [markdown]
// ## Steps backward
//
// Some cameras deliver events a few microseconds out of order, and files joined by hand start over in the middle. A
// table is always in order, so that windows can be found by bisection; readers say in `assumptions` when a file is not,
// and sort when told to. The size of the largest step tells jitter from a wrap or a second recording.

// %%
const jittered = columnsOf(events).t.map((t, i) => (i % 1000 === 999 ? t - 40n : t));
const { stepsBack, largest } = disorder(jittered);
const inOrder = EventTable.from(
  { ...columnsOf(events), t: jittered },
  { sensor: events.sensor, sort: true },
);
({ stepsBack, largest, afterSorting: disorder(inOrder.t).stepsBack });

// %% [markdown]
// ## A sensor that is not in the file
//
// Take the geometry out of a RAW header, as old files and converters do. The reader then uses the smallest sensor that
// holds the events, and says so. A representation of it has another shape than those of other recordings: give the size.

// %%
const whole = await readEvents(acrossWrap);
const bytes = await readFile(acrossWrap);
const end = bytes.indexOf("% end\n");
const header = bytes.subarray(0, end < 0 ? 0 : end).toString("latin1");
const bare = join(folder, "bare.raw");
await writeFile(bare, Buffer.concat([Buffer.from("% evt 3.0\n", "latin1"), bytes.subarray(end)]));
const guessed = await readEvents(bare);
const told = await readEvents(bare, { sensor: whole.sensor });
({
  header: header.trim().split("\n"),
  guessed: guessed.sensor,
  assumptions: guessed.provenance.assumptions,
  told: told.sensor,
});

// %% [markdown]
// ## Convert, and prove it
//
// Each format is written and read again; the SHA-256 of the four columns says whether an event changed. On the command
// line: `evtlab convert head.raw head.dat` and `evtlab info head.dat --digest`.

// %%
const small = onClock(0n).slice(0, 200_000);
const table = [];
let expected = "";
for (const name of ["evt3", ...codecNames().filter((other) => other !== "evt3")]) {
  const { write, endings, title } = await codec(name);
  if (!write) continue;
  const file = join(folder, `copy-${name}.${endings[0]}`);
  try {
    await writeEvents(small, file, { format: name });
    const { digest } = await inspect(file, { format: name, digest: true });
    const all = JSON.stringify(digest);
    if (expected === "") expected = all;
    table.push({
      format: title,
      bytesAnEvent: ((await stat(file)).size / small.length).toFixed(2),
      same: all === expected ? "all columns" : "no",
    });
  } catch (error) {
    table.push({ format: title, bytesAnEvent: "", same: (error as Error).message.slice(0, 90) });
  }
}
table;

// %% [markdown]
// A format that cannot hold the events (a sensor too wide for N-MNIST's bytes, times beyond DAT's 32 bits) refuses with a
// sentence instead of writing something else.
//
// A long recording need not fit in memory for any of this: `streamEvents` gives it in parts, and `quality` takes the
// stream.

// %%
const report = await quality(streamEvents(recording, { sensor: all.sensor }));
report;

// %%
plot.frame(events.between(moment.from, moment.to));

// %% [markdown]
// ## Try something
//
// - Set `recording` to a file of yours. What does `quality` say of its times?
// - Which of the faults above survive `sort: true` without a trace? Look at `rate` and `times.longestGaps` again.
// - `evtlab info FILE --quality` prints the same report, and `evtlab list formats` says what can be read and written.
//
// Next: [filtering a noisy recording](09-filtering.ipynb).
