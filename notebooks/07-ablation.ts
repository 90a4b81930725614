// %% [markdown]
// # Does pretraining help? An ablation
//
// evTransFER pretrains an encoder by letting it draw faces from events, and then teaches it expressions. A gain is easy
// to claim: compare with a network from scratch that was trained badly. Here are stored runs of a study on synthetic
// people in which both sides were tuned alike, with everything that decides the answer turned one at a time: what is
// drawn, how many labels there are, which encoding goes in. Also what did not work.
//
// **You will learn**
// - which pretraining brings a gain that its interval separates from zero, and which does not,
// - how to compare two methods by the same people and the same seeds,
// - which controls belong beside such a claim.

// %% [parameters]
/** Folder of the stored runs: one file a row, as `scripts/regime/run.ts` of the repository writes them. */
let results = "../scripts/regime/results";
/** Draws for the intervals. */
let draws = 2000;
/** Seed of the draws and of the live row. */
let seed = 7;
/** The row that is run live, on fresh people: "pooled", "scratch", or "" for none. */
let live = "pooled";
/** How many people are made for the live row. */
let people = 12;

// %% [markdown]
// ## How it was measured
//
// - **People**: made by evtlab at the default difficulty, 128 × 112 pixels, seven expressions each, clips of 0.6 s. 100
//   people to train on, 40 others to choose settings by, 110 others to test on. Pretraining sees the clips of the 100 and of
//   129 more, never a label.
// - **Input**: log(1 + events) of each polarity in six windows of 100 ms, all windows at once, 48 × 48 pixels of the face.
// - **Network**: four convolutions (16, 32, 64, 64 channels, each halving the picture), 64 hidden units, 7 classes. The same
//   in every row, with the same flips and shifts, for as many steps.
// - **Choosing**: on the 40 people, seeds 101 and 102, five settings for scratch and five for finetuning. Scratch does best
//   at a rate of 1e-3 for the encoder and 3e-3 for the head, finetuning at 1e-3 for both after 50 steps of the head alone.
// - **Telling**: on the 110 people, other seeds, each row once, after the last step. A seed decides whose labels are given,
//   the first weights, and the order of batches. Nobody of the test was looked at before.
//
// Each stored row holds the class that each test clip was taken for, so that everything below is computed here.

// %%
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Bootstrap, talliesBySubject, type Interval, type SeededTallies } from "evtlab/evaluate";

const expressions = ["anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"];
interface Stored {
  readonly row: string;
  readonly settings: { readonly kind: string; readonly labelled: number; readonly input: string };
  readonly pretraining?: Record<string, unknown>;
  readonly engine: string;
  readonly test: { readonly subjects: readonly number[] };
  readonly seeds: readonly { readonly seed: number; readonly seconds: number; readonly said: string }[];
}
const stored = new Map<string, Stored>();
for (const file of readdirSync(results).filter((name) => name.endsWith(".json"))) {
  const one: Stored = JSON.parse(readFileSync(join(results, file), "utf8"));
  stored.set(one.row, one);
}
/** Of each seed, sums of each person, from which scores follow. */
function tallies({ seeds, test }: Stored): SeededTallies {
  return seeds.map(({ said }) =>
    talliesBySubject(
      Array.from(said, (digit, i) => ({
        clip: String(i),
        subject: String(test.subjects[Math.floor(i / 7)]),
        label: i % 7,
        probabilities: Float32Array.from(expressions, (_, k) => (k === Number(digit) ? 1 : 0)),
      })),
      7,
    ),
  );
}
const percent = ({ value, low, high }: Interval) => `${(100 * value).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
/** Accuracy over people and seeds with its interval. */
function accuracy(row: string): Interval {
  return new Bootstrap([tallies(stored.get(row)!)], 7, { draws: draws, seed: seed }).interval(0, "accuracy");
}
/** How much better one row is than another, by the seeds that both have. */
function gain(row: string, other: string): Interval {
  const [a, b] = [stored.get(row)!, stored.get(other)!];
  const both = a.seeds.filter((one) => b.seeds.some((two) => two.seed === one.seed)).map((one) => one.seed);
  const only = (from: Stored): Stored => ({ ...from, seeds: from.seeds.length === 1 ? from.seeds : both.map((own) => from.seeds.find((one) => one.seed === own)!) });
  return new Bootstrap([tallies(only(a)), tallies(only(b))], 7, { draws: draws, seed: seed }).difference(0, 1, "accuracy");
}
function table(rows: Readonly<Record<string, string>>, beside?: string): void {
  console.table(
    Object.entries(rows)
      .filter(([, row]) => stored.has(row))
      .map(([what, row]) => ({
        what,
        "accuracy, %": percent(accuracy(row)),
        ...(beside && { [`more than ${beside}, points`]: row === beside ? "" : percent(gain(row, beside)) }),
        seeds: stored.get(row)!.seeds.length,
      })),
  );
}
/** Intervals as a picture. */
function intervals(rows: Readonly<Record<string, string>>, { unit = "accuracy, %", chance = 100 / 7, of = accuracy }: { unit?: string; chance?: number; of?: (row: string) => Interval } = {}) {
  const shown = Object.entries(rows).filter(([, row]) => stored.has(row)).map(([what, row]) => ({ what, ...of(row) }));
  const [low, high] = [Math.min(chance, ...shown.map((one) => 100 * one.low)), Math.max(chance, ...shown.map((one) => 100 * one.high))];
  const pad = 0.06 * (high - low);
  const x = (value: number) => 250 + (400 * (value - low + pad)) / (high - low + 2 * pad);
  const lines = shown.map(({ what, value, low: from, high: to }, i) => {
    const y = 30 + 26 * i;
    return `<text x="240" y="${y + 4}" text-anchor="end">${what}</text><line x1="${x(100 * from)}" x2="${x(100 * to)}" y1="${y}" y2="${y}" stroke="#1f6fb4" stroke-width="2"/><circle cx="${x(100 * value)}" cy="${y}" r="4.5" fill="#1f6fb4"/>`;
  });
  const bottom = 26 + 26 * shown.length;
  const step = [1, 2, 5, 10, 20].find((size) => (high - low) / size < 9)!;
  const ticks = Array.from({ length: 40 }, (_, k) => Math.ceil((low - pad) / step) * step + k * step).filter((tick) => tick <= high + pad);
  const axis = ticks.map((tick) => `<line x1="${x(tick)}" x2="${x(tick)}" y1="14" y2="${bottom}" stroke="#ddd"/><text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="680" height="${bottom + 44}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>${axis.join("")}<line x1="${x(chance)}" x2="${x(chance)}" y1="14" y2="${bottom}" stroke="#b43" stroke-dasharray="4 3"/>${lines.join("")}<text x="450" y="${bottom + 36}" text-anchor="middle">${unit}</text></svg>`;
  return { [Symbol.for("Jupyter.display")]: () => ({ "image/svg+xml": svg, "text/plain": shown.map(({ what, ...interval }) => `${what}: ${percent(interval)}`).join("\n") }) };
}
[...stored.values()].reduce((sum, { seeds }) => sum + seeds.length, 0);

// %% [markdown]
// ## A tenth of the labels
//
// Seventy clips of ten people have labels. The encoder of "finetuned" and "frozen" was pretrained by drawing **what the
// events did to a picture**: the decoder is given the first picture of a clip, and the code that comes from the events
// must say what it needs to draw the change to three later pictures. The first picture already says who it is, how the
// head is turned and where the light comes from, so that the code has room for what moves.

// %%
const tenth = {
  "finetuned": "finetune-10", "from scratch": "scratch-10", "frozen, pretrained": "linear-10", "frozen, random": "random-10",
  "8 × 8 counts": "pooled-10", "8 × 8 counts of windows": "pooled-windows-10", "event totals": "totals-10", "majority": "majority-10",
};
table(tenth, "scratch-10");

// %%
intervals(tenth);

// %% [markdown]
// The intervals come from drawing people and seeds anew, 2000 times. The difference is paired: both rows meet the same
// people in each draw, and a seed gives both the same labels. "Frozen" is a logistic regression on the features, its
// penalty chosen on the 40 people; for the random encoder the best block was chosen there too.

// %%
console.log("finetuned more than from scratch, 10 of 100 people labelled:", percent(gain("finetune-10", "scratch-10")), "points");
console.log("frozen pretrained more than frozen random:", percent(gain("linear-10", "random-10")), "points");
const seedsOf = (row: string) => stored.get(row)!.seeds.map(({ said }) => Number(((100 * [...said].filter((digit, i) => Number(digit) === i % 7).length) / said.length).toFixed(1)));
console.table(seedsOf("finetune-10").map((value, i) => ({ seed: i + 1, finetuned: value, "from scratch": seedsOf("scratch-10")[i] })));

// %% [markdown]
// ## More labels
//
// The more labels there are, the less there is to gain. With all of them this is also the place to ask whether the task
// needs a network at all: counts in 8 × 8 cells with logistic regression are the answer to beat. The rates are those chosen
// at a tenth of the labels, with 600 steps for a quarter and 1000 for all; few seeds.

// %%
const more = {
  "10 %, finetuned": "finetune-10", "10 %, scratch": "scratch-10", "25 %, finetuned": "finetune-25", "25 %, scratch": "scratch-25", "100 %, finetuned": "finetune-100", "100 %, scratch": "scratch-100",
  "100 %, frozen, pretrained": "linear-100", "100 %, frozen, random": "random-100", "100 %, 8 × 8 counts": "pooled-100", "100 %, 8 × 8 counts of windows": "pooled-windows-100",
  "100 %, on less off, 8 × 8": "pooled-change-100", "100 %, change of the pictures, 8 × 8": "pictures-100", "100 %, event totals": "totals-100",
};
table(more);
intervals(more);

// %% [markdown]
// ## What is drawn
//
// This decides. evTransFER draws the grey picture of the same moment. Most of that picture is who it is and how the head is
// turned, and the code fills with that. Below, the same encoder pretrained for the same 1000 steps by the same people draws
// something else; the last rows have another seed, and three times the steps.
//
// Held-out people, from above: first picture, last picture, what is to be drawn, what was drawn. The grey target first:
//
// ![Grey pictures, and soft faces near the mean face drawn from events](images/ablation-grey.png)
//
// And the change, drawn by a decoder that is given the first picture:
//
// ![Changes of pictures, and changes drawn from events: mouths, brows and lids stand out](images/ablation-changes-given.png)

// %%
const targets = {
  "from scratch": "scratch-10",
  "grey picture (published)": "finetune-10-grey",
  "the same with an adversary": "finetune-10-grey-adversarial",
  "change": "finetune-10-change",
  "change, first picture given": "finetune-10-change-given",
  "three changes, first picture given": "finetune-10",
  "another seed": "finetune-10-changes-given-2",
  "three times the steps": "finetune-10-changes-given-long",
};
table(targets, "scratch-10");
intervals(targets);

// %%
const probes = {
  "random": "random-100",
  "grey picture (published)": "linear-100-grey",
  "the same with an adversary": "linear-100-grey-adversarial",
  "change": "linear-100-change",
  "change, first picture given": "linear-100-change-given",
  "three changes, first picture given": "linear-100",
  "three times the steps": "linear-100-changes-given-long",
};
table(probes, "random-100");

// %% [markdown]
// ## Which encoding
//
// From scratch, a tenth of the labels, three seeds, the rates that were chosen for counts: a hint, not a ranking. Each
// grid is divided by its greatest value, but counts, which are taken as log(1 + n).

// %%
const encodings = Object.fromEntries(
  [...stored.values()]
    .filter(({ row, settings }) => row.startsWith("scratch-10") && settings.kind === "network")
    .map(({ row, settings }) => [settings.input.replace(" x ", " × "), row]),
);
table(encodings);
intervals(encodings);

// %% [markdown]
// ## One row, live
//
// Fresh people, few of them: the numbers say little, the way there is the same. "pooled" fits the controls, "scratch" adds
// a small network. To run a row of the study as it is, in the repository:
// `npx tsx scripts/regime/make-clips.ts CLIPS 0 389` (about 15 minutes on an idle core), then `npx tsx scripts/regime/run.ts CLIPS
// finetune-10`.

// %%
import { dataset } from "evtlab/data";
import { evaluate } from "evtlab/evaluate";
import { transfer } from "evtlab/train";

if (live !== "") {
  const faces = await dataset("eckplus", { made: { subjects: people, width: 128, height: 112, difficulty: { length: [0.6, 0.6] }, seed: seed } });
  const network = live === "scratch" ? [transfer(undefined, { mode: "scratch", recurrent: false, steps: 60, inputs: { representation: "count", window: "100ms", stack: 6 } })] : [];
  await evaluate(network, faces, { folds: 3, testFolds: 1, bootstrap: draws, seed: seed });
}

// %% [markdown]
// ## Try something
//
// - Set `draws` to 200 and then to 20000. Which digits of the intervals move?
// - Add a row to `scripts/regime/rows.ts` and run it. What happens to the gain with five labelled people, or with one?
// - The study has one kind of people and one camera. What would you need to see before you believe it of e-CK+?
//
// Before: [representations of a face](11-representations-of-a-face.ipynb).
