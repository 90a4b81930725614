// %% [markdown]
// # Two cameras, one clock
//
// Data sets of faces pair a camera of events with an ordinary one. Everything built on such pairs, from labels drawn on
// pictures to networks that learn from them, rests on one number: when, on the clock of the events, was each picture taken?
//
// **You will learn**
// - how clips of a data set are found, loaded and checked, without reading what you do not ask for,
// - where the times of pictures come from in three data sets, and how far each can be trusted,
// - how to measure a shift between two cameras when nobody measured it for you,
// - what goes wrong in a published conversion, and how small it is.
//
// Real copies stay with their owners: `evtlab data list` says whom to ask, `evtlab data check NAME DIR` whether your
// copy is whole. Without one, synthetic people sit before two simulated cameras, in the same folders.

// %% [parameters]
/** "facemorphic", "eckplus" or "nefer". */
let name = "facemorphic";
/** Folder of your copy. Empty: synthetic people. */
let root = "";
/** Number of synthetic people. */
let subjects = 1;
/** Height of their pictures in pixels. */
let height = 135;
/** Seed of the synthetic people. */
let seed = 7;
/** Which clip is looked at. Below zero: one with a large movement. */
let clipNumber = -1;

// %% [markdown]
// ## What is there
//
// Opening a data set reads names and lists alone, so a terabyte opens as fast as a clip. Each clip knows its person, its
// label and its files; events and pictures are read when they are asked for.

// %%
import { plot, type EventTable, type Frame } from "evtlab";
import {
  checkDataset,
  clipWindows,
  dataset,
  publishedWindows,
  type Clip,
  type DatasetName,
} from "evtlab/data";
import { frameChanges, motionOffset, RateMeter } from "evtlab/quality";

const made = {
  subjects: subjects,
  takes: 1,
  width: Math.round((height * 16) / 9),
  height: height,
  seed: seed,
};
const faces = await dataset(name as DatasetName, root === "" ? { made: made } : { root: root });
console.log(String(faces));
[...faces].slice(0, 6).map(({ id, subject, label, labels }) => ({
  clip: id,
  person: subject.slice(0, 8),
  label: label,
  sets: Object.keys(labels).join(", "),
}));

// %% [markdown]
// A copy may be partial, or hold files that nobody expects. The manifest says what belongs there.

// %%
const { ok, clips: found, files, findings } = await checkDataset(name as DatasetName, faces.root);
console.log(
  ok
    ? `${found} clips, nothing is missing, extra or different`
    : findings.map(({ message }) => message).join("\n"),
);
Object.entries(files)
  .filter(([, count]) => count > 0)
  .map(([kind, count]) => ({ kind: kind, files: count }));

// %% [markdown]
// ## One clip, both cameras
//
// The times of the pictures are on the clock of the events. The player shows both; drag the time line, or press the space
// bar.

// %%
/** A smile where there is one (AU 12 of FACEMORPHIC), the first clip otherwise. */
const clip: Clip =
  clipNumber >= 0
    ? faces.at(clipNumber)
    : ([...faces].find(({ label }) => label === "AU_12" || label === "happy") ?? faces.at(0));
const events = await clip.events();
const times = await clip.pictureTimes();
const pictures: Frame[] = [];
for await (const picture of clip.frames()) pictures.push(picture);
console.log(`${clip}, ${events.length} events, ${pictures.length} pictures`);
plot.play(events, { frames: pictures, speed: 0.2 });

// %% [markdown]
// ## Where the times come from
//
// | data set | pictures | their times |
// |---|---|---|
// | e-CK+ | those that were simulated from | 1/30 s each: exact by construction |
// | FACEMORPHIC | `frame_12_15:19:28.385380.jpg`, the time of day of a computer | one flag started both cameras; time 0 of the events is taken to be one mean interval before the first picture |
// | NEFER | numbered, without times | spread over the recording: a guess |
//
// A time of day in a file's name is when the picture *arrived* at a computer, not when light fell on the sensor: cable,
// driver and queue lie between. The intervals show how steady that was.

// %%
const intervals = times.slice(1).map((time, i) => Number(time - times[i]!) / 1000);
const sortedIntervals = [...intervals].sort((a, b) => a - b);
[
  {
    pictures: times.length,
    "first, ms": Number(times[0]! - events.t[0]!) / 1000,
    "interval, median ms": sortedIntervals[Math.floor(sortedIntervals.length / 2)],
    "shortest ms": sortedIntervals[0],
    "longest ms": sortedIntervals.at(-1),
  },
];

// %% [markdown]
// ## A picture and its events
//
// The events that belong to a picture are those since the picture before it. Where the face moves, both must show it in
// the same place.

// %%
const between = (index: number): EventTable => events.between(times[index - 1]!, times[index]!);
const liveliest = times.reduce(
  (best, _, i) => (i > 0 && between(i).length > between(Math.max(1, best)).length ? i : best),
  1,
);
plot.grid([
  plot.picture(pictures[liveliest]!, { title: `picture ${liveliest}` }),
  plot.frame(between(liveliest)),
]);

// %% [markdown]
// ## Is the clock right?
//
// Nobody should take that on trust, and nobody has to: what moves in the pictures moves in the events. `motionOffset` shifts
// one against the other in time, and keeps the shift at which changes between pictures and numbers of events agree best.
// It needs a movement that starts and stops, and it cannot tell much less than the time between two pictures.

// %%
const meter = new RateMeter();
meter.add(events);
const changes = await frameChanges(pictures);
const asItStands = motionOffset(changes, meter, { within: "300ms" });
const late = changes.map((change) => ({
  ...change,
  from: change.from + 80_000,
  to: change.to + 80_000,
}));
const spoilt = motionOffset(late, meter, { within: "300ms" });
[
  {
    clock: "as it stands",
    "offset found, ms": asItStands.offset / 1000,
    "correlation there": Number(asItStands.correlation.toFixed(3)),
    "correlation as it stands": Number(asItStands.correlationNow.toFixed(3)),
  },
  {
    clock: "pictures 80 ms late",
    "offset found, ms": spoilt.offset / 1000,
    "correlation there": Number(spoilt.correlation.toFixed(3)),
    "correlation as it stands": Number(spoilt.correlationNow.toFixed(3)),
  },
];

// %% [markdown]
// The second row spoils the clock on purpose: the shift comes back out, to within a few milliseconds of the first row's.
// Ask this of every clip of a new data set before you train on it. One clip tells little; a hundred that agree tell much.

// %% [markdown]
// ## What a published converter does
//
// FACEMORPHIC's scripts cut events into pictures as well, in buckets of a millisecond. `publishedWindows` repeats them to
// the microsecond, so that stored pictures can be matched; `clip.pictureTimes()` cuts where the picture was taken.

// %%
const length = events.t[events.length - 1]! - events.t[0]! + 1n;
const cut = publishedWindows(times, length);
const moved = cut.slice(0, -1).map(({ to }, i) => Number(times[i]! - to));
[
  {
    "windows, ours": times.length,
    "windows, published": cut.length,
    "boundary moved by, µs":
      moved.length > 0 ? `${Math.min(...moved)} to ${Math.max(...moved)}` : "none",
    "events in another window, %": Number(
      (
        (100 *
          cut
            .slice(0, -1)
            .reduce(
              (sum, { to }, i) =>
                sum +
                events.between(to < times[i]! ? to : times[i]!, to < times[i]! ? times[i]! : to + 1n)
                  .length,
              0,
            )) /
        events.length
      ).toFixed(2),
    ),
  },
];

// %% [markdown]
// ## From clips to the input of a network
//
// `clipWindows` cuts a clip into windows, encodes each, crops the face and scales it. Results are kept on disk by their
// content. `map` reads a few clips ahead of whoever asks, and holds no more: memory does not grow with the data set.

// %%
const input = await clipWindows(clip, { representation: "count", size: 96, pictures: "normalised" });
const middle = Math.min(input.shape[0], liveliest) - 1;
const side = input.shape[1];
const counts = input.grids.slice(middle * side * side * 2, (middle + 1) * side * side * 2);
const target = input.pictures!.slice((middle + 1) * side * side, (middle + 2) * side * side);
console.log(`[windows, height, width, channels] = [${input.shape.join(", ")}]`);
plot.grid(
  [
    plot.channels(
      { data: counts, shape: [side, side, 2], channels: ["events, off", "events, on"] },
      { unit: "events" },
    ),
    plot.picture({ width: side, height: side, data: target }, { title: "the picture to be drawn" }),
  ],
  { columns: 2 },
);

// %%
let clips = 0;
let windows = 0;
for await (const { value } of faces.map(
  (one) => clipWindows(one, { representation: "count", size: 64 }),
  { ahead: 2, onError: "skip" },
)) {
  clips++;
  windows += value.shape[0];
  if (clips === 12) break;
}
`${clips} clips, ${windows} windows, two clips ahead`;

// %% [markdown]
// ## Who is trained on, who is tested on
//
// A network that has met a person may know the person instead of the expression. So a split with people on both sides is
// refused, unless you say that you want it: the published parts of e-CK+ share 19 people.

// %%
try {
  const { train, test } = faces.split("subject-disjoint", { seed: seed, folds: 3 });
  console.log(`${train.length} clips of ${train.subjects.length} people to train on`);
  console.log(`${test.length} clips of ${test.subjects.length} others to test on`);
} catch (error) {
  console.log((error as Error).message);
}

// %% [markdown]
// ## Try something
//
// - Set `subjects` to 4: the split above becomes possible. Who is in it?
// - Set `name` to "nefer". Its pictures have no times: what does `motionOffset` say of the guess?
// - Give the spoilt clock 400 ms instead of 80, and `within` a second. When does the measurement break down, and why?
//
// Next: [an encoder that learns to draw faces from events](04-pretraining.ipynb).
