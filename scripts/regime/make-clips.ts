/**
 * Makes the clips of the study, without a folder in the layout of e-CK+: one file a subject, events and four pictures of
 * the seven expressions. The clips are those of
 * `evtlab data make eckplus DIR --width 128 --height 112 --seed 20` with a length of 0.6 s.
 *
 *     npx tsx scripts/regime/make-clips.ts FOLDER FIRST_SUBJECT END_SUBJECT
 *
 * A file holds, for each expression: number of events (uint32), box of the face in the first picture (4 float32), the
 * pictures, then t (uint16, 10 µs), x with the polarity in bit 7, and y (uint8 each). What is there stays.
 * @module
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawClip } from "../../src/data/make/clip.js";
import { difficulties } from "../../src/data/make/difficulty.js";
import { expression, expressionNames, faceEvents, photograph } from "../../src/simulate/index.js";
import { FaceScene } from "../../src/simulate/face/sequence.js";
import { height, pictureTimes, seconds, seed, width } from "./clips.js";

const pixels = { model: "v2e", threshold: 0.15, thresholdSpread: 0.03, cutoff: 300, leakRate: 0.01, shotNoiseRate: 0.001 } as const;
const difficulty = { ...difficulties.default, length: [seconds, seconds] } as const;
const us = (time: number): number => Math.round(time * 1e6);

function makeSubject(subject: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const shows of expressionNames) {
    const clip = drawClip({ name: "", whole: "", subject, take: 0, shows, place: {} }, seed, difficulty);
    const { someone, onset, rise, intensity, faceSize, noise } = clip;
    const movements = expression(shows, { start: us(onset), rise: us(rise), hold: us(seconds), intensity, style: someone.style, seed: clip.seed });
    const performance = clip.perform(movements, seconds);
    const scene = new FaceScene(someone, performance, { width, height, faceSize });
    const frames = pictureTimes.map((t) => scene.frame(t));
    const events = faceEvents(someone, performance, { width, height, faceSize, runIn: "50ms", ...pixels, seed: noise });
    const { box } = frames[0]!.truth;
    const t = Uint16Array.from(events.t, (time) => Math.min(59_999, Number(time) / 10));
    const x = Uint8Array.from(events.x, (column, i) => column | (events.p[i]! << 7));
    parts.push(
      new Uint8Array(Uint32Array.of(events.length).buffer),
      new Uint8Array(Float32Array.of(box.x, box.y, box.width, box.height).buffer),
      ...frames.map((frame) => photograph(frame, { seed: noise }).data as Uint8Array),
      new Uint8Array(t.buffer),
      x,
      Uint8Array.from(events.y),
    );
  }
  return Buffer.concat(parts);
}

const [folder, first, end] = process.argv.slice(2) as [string, string, string];
mkdirSync(folder, { recursive: true });
for (let subject = Number(first); subject < Number(end); subject++) {
  const path = join(folder, `s${String(subject).padStart(4, "0")}.bin`);
  if (existsSync(path)) continue;
  writeFileSync(`${path}.part`, makeSubject(subject));
  renameSync(`${path}.part`, path);
}
