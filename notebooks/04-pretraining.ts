// %% [markdown]
// # Learning to draw a face from its events
//
// Labels are rare: someone has to ask people to frown. Pictures are not: a camera beside the event camera takes thirty a
// second. So an encoder can first learn something that needs no labels: to draw the picture from the events of a moment.
// evTransFER (arXiv:2508.03609) does that with pix2pix, and then recognises expressions with what the encoder learned.
// Here you watch the first half, with the published target and with another one. The [next notebook](05-transfer.ipynb)
// asks what either was good for.
//
// **You will learn** to
// - turn clips into windows of events with the pictures that belong to them,
// - train an encoder and a decoder, and see them learn,
// - judge drawn pictures: beside the one picture that needs no events at all,
// - choose what is drawn, which decides what the encoder has to know.

// %% [parameters]
/** Layout: eckplus or nefer. */
let dataset = "eckplus";
/** Folder of your copy. Empty: synthetic people, made on the spot. */
let root = "";
/** Size of the networks: tutorial (64 × 64 pixels) or full (256 × 256, as published; wants a GPU). */
let size = "tutorial";
/** Synthetic people. The notebooks 03 to 06 share them. */
let subjects = 40;
/** Text of a representation; the paper's is tie:variant=t0_t,output=image. */
let representation = "count";
/** Length of a window in milliseconds. The paper's is 33. */
let windowMs = 100;
/** Windows that are seen at once, the last ones up to the one at hand. The paper has 1. */
let stack = 8;
/** Training steps: the picture without the adversary and with it, and what changed. */
let steps = 500;
let adversarialSteps = 200;
let changeSteps = 400;
let seed = 7;
/** Folder for what is learned and for checkpoints: a run that was stopped goes on. */
let keep = ".evtlab/pretraining";

// %%
import { clipWindows, dataset as openDataset, tutorialFaces, type DatasetName } from "evtlab/data";
import { currentEngine } from "evtlab/engine";
import { adversarialReconstruction, pictureSheet, type ReconstructionOptions } from "evtlab/train";

const faces = await openDataset(
  dataset as DatasetName,
  root === "" ? { made: { ...tutorialFaces, subjects: subjects } } : { root: root },
);
const folds = Math.min(5, faces.subjects.length);
const split = faces.split("subject-disjoint", { seed: seed, folds: folds });
const engine = await currentEngine();
console.log(`${faces}\nEngine: ${engine.name} ${engine.version}, ${engine.device}`);
[
  { part: "train", clips: split.train.length, people: split.train.subjects.length },
  { part: "validation", clips: split.validation!.length, people: split.validation!.subjects.length },
  { part: "test", clips: split.test.length, people: split.test.subjects.length },
];

// %% [markdown]
// Nobody stands in two parts. The encoder will see the people to train on and no others, so that the next notebook can
// test on people whom it has never met.
//
// ## A sample
//
// A window of events, and the picture taken at its end. Both are cut to the face and scaled to the same square. The pictures
// are *normalised*: each clip has the same mean and contrast. How dark a skin or a lamp is cannot be seen in events, so it
// should not be asked for.

// %%
const side = size === "full" ? 256 : 64;
const cache = `${keep}/windows`;
const one = await clipWindows(split.train.at(3), {
  representation: representation,
  size: side,
  window: windowMs * 1000,
  pictures: "normalised",
  cache: cache,
});
const [windows, height, width, channels] = one.shape;
const area = height * width;
/** The last channel of a window, white for its greatest value. */
function shownEvents(at: number): Float32Array {
  const values = Float32Array.from(
    { length: area },
    (_, i) => one.grids[(at * area + i) * channels + channels - 1]!,
  );
  const most = Math.max(...values, 1e-6);
  return values.map((value) => (2 * value) / most - 1);
}
const chosen = [0, 1, 2].map((i) => Math.floor(((i + 0.5) * windows) / 3));
pictureSheet(
  `three of ${windows} windows: channel "${one.channels.at(-1)}", and the picture at the end`,
  {
    size: side,
    columns: chosen.flatMap((at) => [`window ${at + 1}`, "picture"]),
    rows: [
      chosen.flatMap((at) => [shownEvents(at), one.pictures!.slice((at + 1) * area, (at + 2) * area)]),
    ],
  },
);

// %% [markdown]
// ## Draw the picture
//
// A U-Net: an encoder halves the image until only few numbers are left, a decoder doubles it again, and *skips* hand details
// across. It sees the last windows at once, and draws the picture at their end. The loss is L1, the mean distance of grey
// values. The curves below follow the training, and so do the pictures, of people it is not trained on: events, what is
// drawn, what was there, and the mean of all training pictures.

// %%
const shared: Omit<ReconstructionOptions, "seed"> = {
  size: size as "tutorial",
  inputs: { representation: representation, window: windowMs * 1000, stack: stack },
  validation: split.validation!,
  augment: { shift: 3 },
  reading: { cache: cache },
};
const sixth = (count: number) => Math.max(1, Math.ceil(count / 6));
const grey = await adversarialReconstruction(split.train, {
  ...shared,
  adversarial: false,
  steps: steps,
  epochSteps: sixth(steps),
  seed: seed,
  checkpoints: `${keep}/grey`,
});
console.log(String(grey));

// %% [markdown]
// Is that good? The number to beat is that of the mean face: a picture that looks at no events at all. The drawn one should
// be a soft face that follows outline and pose. Look at brows and mouth: where nothing moved there are no events, and the
// network can only guess what people look like on average.
//
// ## With an adversary, as in the paper
//
// A second network, the discriminator, learns to tell drawn pictures from true ones, and the first is paid for deceiving it.
// With time the pictures get sharper. Whether they get *truer* is another question, which the table answers.

// %%
const adversarial = await adversarialReconstruction(split.train, {
  ...shared,
  adversarial: true,
  steps: adversarialSteps,
  epochSteps: sixth(adversarialSteps),
  seed: seed,
  checkpoints: `${keep}/adversarial`,
});
const table = (
  picture: string,
  steps: number,
  { psnr, ssim, mae }: typeof grey.measures.generator,
) => ({
  picture,
  steps,
  "PSNR, dB": Number(psnr.toFixed(2)),
  SSIM: Number(ssim.toFixed(3)),
  MAE: Number(mae.toFixed(4)),
});
[
  table("drawn, L1 alone", grey.history.steps, grey.measures.generator),
  table("drawn, with the adversary", adversarial.history.steps, adversarial.measures.generator),
  table("mean face", 0, grey.measures.meanFace),
];

// %% [markdown]
// The two had different numbers of steps, so the table compares them only roughly. In a longer trial on other synthetic
// faces, 3 000 steps each, the adversary cost 1.8 dB (17.5 against 19.4 dB, the mean face 18.2) and brought no better
// transfer. That is why the tutorials go on without it.
//
// ## Draw what changed
//
// Most of a picture is who it is, how the head is turned and where the light comes from. To draw it, an encoder must learn
// these things, and none of them is an expression. But events are not pictures, they are changes. So let us ask for the
// change: the picture at the end less the first of the clip. And let us *give the decoder the first picture*, so that the
// encoder need not say who it is. It only has to say what has moved since. The loss is L2, because in a picture that hardly
// changes, L1 is content with nothing.

// %%
const change = await adversarialReconstruction(split.train, {
  ...shared,
  adversarial: false,
  target: "change",
  firstPicture: true,
  distance: "l2",
  batch: 16,
  learningRate: 1e-3,
  dropout: 0,
  steps: changeSteps,
  epochSteps: sixth(changeSteps),
  seed: seed,
  checkpoints: `${keep}/change`,
});
console.log(String(change));

// %% [markdown]
// Brows, lids and mouths stand out now. The decibels are not those of the pictures above, for something else is drawn: compare
// them with the line of the mean change. Which of the two encoders knows more of expressions? That is for the next notebook.
//
// ## Keep it
//
// Weights have the names of the authors' PyTorch modules, so they go both ways; settings, curves and samples lie beside
// them in the same file. The folder also has `metrics.jsonl` and event files: `tensorboard --logdir` shows them.

// %%
for (const [name, made] of Object.entries({ grey: grey, adversarial: adversarial, change: change })) {
  await made.save(`${keep}/${name}.safetensors`);
  made.dispose();
}

// %% [markdown]
// ## Try something
//
// - Interrupt a training, and run its cell again: it goes on from the last checkpoint.
// - Take `stack: 1`, as in the paper. Which part of the face suffers most?
// - `firstPicture: false` beside `target: "change"`: what does the decoder do without it?
// - `skips: false` sends everything through the bottleneck. What happens to the pictures?
// - At full size on your copy of e-CK+:
//   `evtlab run 04-pretraining.ipynb out.ipynb -p root /data/e-CK+ -p size full -p representation tie:variant=t0_t,output=image -p windowMs 33.333 -p stack 1 -p steps 30000`
//
// Next: [what the transfer brings](05-transfer.ipynb).
