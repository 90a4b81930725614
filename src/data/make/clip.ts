/**
 * One clip of a made data set: who, what, and all that is drawn for it.
 * @module
 */
import { OptionError } from "../../errors.js";
import { face, perform, type Face, type FaceTruth, type Movement, type Performance } from "../../simulate/index.js";
import { Random } from "../../simulate/face/random.js";
import type { Difficulty, Range } from "./difficulty.js";

/** What a worker needs to make a clip; plain data. */
export interface ClipTask {
  /** Path below the data set's folder that names the clip, for messages. */
  readonly name: string;
  /** The file that is written last: where it is, the clip is whole. */
  readonly whole: string;
  readonly subject: number;
  readonly take: number;
  /** What is shown: an expression or an Action Unit. */
  readonly shows: string;
  /** Where the files go, as the layout wants it. */
  readonly place: Readonly<Record<string, string>>;
}

/** What a clip is made from: the same task, seed and difficulty give the same bytes. */
export interface ClipDraw {
  readonly someone: Face;
  /** Seed for noise of cameras. */
  readonly noise: number;
  readonly faceSize: number;
  readonly onset: number;
  readonly rise: number;
  readonly intensity: number;
  readonly length: number;
  /** A seed for the movements. */
  readonly seed: number;
  perform(movements: readonly Movement[], length?: number, nuisances?: Difficulty["nuisances"]): Performance;
}

const people = new Map<string, Face>();

/** The person of a subject; the last few are kept, since painting one takes a while. */
function person(seed: number, subject: number, style: Difficulty["style"]): Face {
  const key = `${seed} ${subject} ${JSON.stringify(style)}`;
  const known = people.get(key);
  if (known !== undefined) return known;
  const someone = face({ seed: new Random(seed, `subject ${subject}`).seed(), style });
  if (people.size >= 4) people.delete(people.keys().next().value!);
  people.set(key, someone);
  return someone;
}

export function drawClip(task: ClipTask, seed: number, difficulty: Difficulty): ClipDraw {
  const random = new Random(seed, `${task.subject} ${task.shows} ${task.take}`);
  const from = ([low, high]: Range): number => random.between(low, high);
  const someone = person(seed, task.subject, difficulty.style);
  const drawn = { onset: from(difficulty.onset), rise: from(difficulty.rise), intensity: from(difficulty.intensity), length: from(difficulty.length), faceSize: from(difficulty.faceSize) };
  const performance = random.seed();
  return {
    someone,
    ...drawn,
    noise: random.seed(),
    seed: random.seed(),
    perform: (movements, length = drawn.length, nuisances = {}) => perform({ duration: Math.round(length * 1e6), movements, nuisances: { ...difficulty.nuisances, ...nuisances }, seed: performance }),
  };
}

/** Truth of a frame as JSON: pixels to a hundredth. */
export function truthRecord(t: number, { actionUnits, landmarks, box, pose, gaze }: FaceTruth): object {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    t: Math.round(t),
    actionUnits: Object.fromEntries(Object.entries(actionUnits).map(([au, value]) => [`AU${au}`, round(value, 3)])),
    landmarks: Array.from(landmarks, (value) => round(value, 2)),
    box: [box.x, box.y, box.width, box.height].map((value) => round(value, 2)),
    pose: Object.fromEntries(Object.entries(pose).map(([axis, value]) => [axis, round(value as number, 4)])),
    gaze: gaze.map((value) => round(value, 3)),
  };
}

/** @throws OptionError unless it is a whole number from `least` to `most`. */
export function requireWhole(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new OptionError({ where, expected: `a whole number from ${least} to ${most}`, received: String(value) });
}
