/**
 * Made clips in the layout of e-CK+, as its authors' scripts read and write it.
 *
 * - `e-ck+/{Train_Set,Test_Set}/{1..7}/S005_001.npy`: events of v2e, float64 rows of x, y, t in seconds, p in {-1, +1}.
 * - `ck+_frames_30fps/{…}/{1..7}/S005_001/frame_0000.png`: grey pictures, 30 a second, from neutral to the apex.
 * - `ck+_frames_process_30fps/bboxes/S005_001.txt`: the square of the face in the first picture, x y w h as parts of the
 *   picture.
 * - `truth/{…}/S005_001.json`: what e-CK+ does not have: Action Units, landmarks, pose and gaze of each picture.
 *
 * Classes 1 to 7 are anger, contempt, disgust, fear, happiness, sadness, surprise. The last fifth of a class's sequences
 * in order of their names is the test set, as in e-CK+; with every subject in every class the parts share no subject,
 * which is not so in e-CK+.
 * @module
 */
import { encode } from "fast-png";
import { join } from "node:path";
import { expression, expressionNames, faceEvents, photograph, renderSequence, type ExpressionName } from "../../simulate/index.js";
import { drawClip, truthRecord, type ClipTask } from "./clip.js";
import { npy, save } from "./files.js";
import type { Layout, MakePlan } from "./layout.js";

const framesPerSecond = 30;
/** v2e as its wrapper in the authors' repository calls it. */
const pixels = { model: "v2e", threshold: 0.15, thresholdSpread: 0.03, cutoff: 300, leakRate: 0.01, shotNoiseRate: 0.001 } as const;

export const eckplus: Layout = {
  title: "e-CK+",
  defaults: { subjects: 118, takes: 1, width: 346, height: 260 },

  tasks({ subjects, takes }: MakePlan): ClipTask[] {
    const train = subjects - Math.ceil(subjects / 5);
    const tasks: ClipTask[] = [];
    for (let subject = 0; subject < subjects; subject++) {
      const split = subject < train ? "Train_Set" : "Test_Set";
      expressionNames.forEach((shows, index) => {
        for (let take = 0; take < takes; take++) {
          const sequence = `S${String(subject + 1).padStart(3, "0")}_${String(index * takes + take + 1).padStart(3, "0")}`;
          const where = `${split}/${index + 1}/${sequence}`;
          tasks.push({ name: where, whole: `e-ck+/${where}.npy`, subject, take, shows, place: { where, sequence } });
        }
      });
    }
    return tasks;
  },

  async write(folder, task, { seed, difficulty, width, height }) {
    const { someone, onset, rise, intensity, faceSize, noise, seed: movementSeed, length, perform } = drawClip(task, seed, difficulty);
    const movements = expression(task.shows as ExpressionName, { start: us(onset), rise: us(rise), hold: us(length), intensity, style: someone.style, seed: movementSeed });
    const performance = perform(movements, length);
    const { where, sequence } = task.place as { where: string; sequence: string };
    const frames: object[] = [];
    for (const frame of renderSequence(someone, performance, { width, height, fps: framesPerSecond, faceSize })) {
      const name = `frame_${String(frames.length).padStart(4, "0")}.png`;
      const { data } = photograph(frame, { seed: noise });
      await save(join(folder, "ck+_frames_30fps", where, name), encode({ width, height, channels: 1, depth: 8, data: data as Uint8Array }));
      if (frames.length === 0) {
        const { box } = frame.truth;
        const side = Math.round(box.width);
        const parts = [Math.max(0, Math.round(box.x)) / width, Math.max(0, Math.round(box.y)) / height, side / width, side / height];
        await save(join(folder, "ck+_frames_process_30fps/bboxes", `${sequence}.txt`), `${parts.map((part) => part.toFixed(6)).join(" ")}\n`);
      }
      frames.push(truthRecord(frame.t, frame.truth));
    }
    await save(join(folder, "truth", `${where}.json`), `${JSON.stringify({ subject: task.subject, expression: task.shows, onset: Math.round(onset * 1e6), apex: Math.round((onset + rise) * 1e6), intensity: Number(intensity.toFixed(3)), frames })}\n`);
    const { t, x, y, p, length: events } = faceEvents(someone, performance, { width, height, faceSize, runIn: "50ms", ...pixels, seed: noise });
    const rows = new Float64Array(4 * events);
    for (let i = 0; i < events; i++) {
      rows[4 * i] = x[i]!;
      rows[4 * i + 1] = y[i]!;
      rows[4 * i + 2] = Number(t[i]!) / 1e6;
      rows[4 * i + 3] = 2 * p[i]! - 1;
    }
    await save(join(folder, task.whole), npy(rows, 4));
  },
};

function us(seconds: number): number {
  return Math.round(seconds * 1e6);
}
