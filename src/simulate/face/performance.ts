/**
 * What a person does over time: the movements asked for, and all that goes on besides.
 * @module
 */
import { checkOptions } from "../../errors.js";
import { toMicroseconds, type Duration } from "../../events/time.js";
import { checkSeed } from "../moving-edges.js";
import { actionUnits, addActionUnit, facemorphicUnits, type ActionUnitNumber, type Activation } from "./action-units.js";
import { envelope, leastJerk, type Movement } from "./movement.js";
import { fillNuisances, type Nuisances } from "./nuisances.js";
import { studioLight, type HeadPose, type Light } from "./pose.js";
import { Random } from "./random.js";
import type { Shot } from "./renderer.js";

export interface PerformanceOptions {
  /** Length, for which blinks and the like are drawn. */
  readonly duration: Duration;
  /** What the person shows. */
  readonly movements?: readonly Movement[];
  /** What else happens; `laboratory` where left out. */
  readonly nuisances?: Partial<Nuisances>;
  readonly seed: number;
}

/** A face at one time: what is drawn, and which Action Units cause it. */
export interface Moment {
  readonly shot: Shot;
  /** Intensities of all Action Units that are not at rest, blinks and twitches among them. */
  readonly actionUnits: ReadonlyMap<ActionUnitNumber, Activation>;
  /** Direction of the eyes against the head, -1 to 1: to the person's left, and up. */
  readonly gaze: readonly [number, number];
}

/** A person's doings as a function of time. */
export interface Performance {
  /** Microseconds. */
  readonly duration: number;
  readonly movements: readonly Movement[];
  /** Factor on the size of the face in the picture. */
  readonly zoom: number;
  /** Amount of texture and seed of the background. */
  readonly background: { readonly texture: number; readonly seed: number };
  at(seconds: number): Moment;
}

/**
 * A performance: the same seed gives the same one.
 *
 * ```ts
 * const smiling = perform({ duration: "1.5s", movements: expression("happiness", { start: "300ms" }), seed: 4 });
 * ```
 * @throws OptionError when an option is unknown or out of range.
 */
export function perform(options: PerformanceOptions): Performance {
  checkOptions("perform", options, ["duration", "movements", "nuisances", "seed"]);
  checkSeed("perform", options.seed);
  const duration = toMicroseconds(options.duration, "perform.duration");
  const seconds = duration / 1e6;
  const nuisances = fillNuisances("perform.nuisances", options.nuisances);
  const random = new Random(options.seed, "performance");
  const asked = options.movements ?? [];
  const movements = [...asked, ...drawBlinks(random, seconds, nuisances.blinks), ...drawTwitches(random, seconds, nuisances.idle)];
  const head = drawHead(random, nuisances);
  const light = drawLight(random, nuisances);
  const gaze = drawGaze(random, seconds, nuisances.gaze);
  const speech = random.chance(nuisances.speech) ? drawSpeech(random, seconds) : undefined;
  const exposure = Math.exp(random.normal(0, nuisances.exposure));
  const zoom = Math.exp(random.normal(0, nuisances.scale));
  const phase = random.uniform();
  return {
    duration,
    movements: asked,
    zoom,
    background: { texture: nuisances.background, seed: random.seed() },
    at(time) {
      const active = new Map<ActionUnitNumber, { left: number; right: number }>();
      for (const movement of movements) {
        const share = envelope(movement, time);
        if (share === 0) continue;
        const { left, right } = active.get(movement.au) ?? { left: 0, right: 0 };
        active.set(movement.au, { left: Math.max(left, share * movement.left), right: Math.max(right, share * movement.right) });
      }
      const units = new Map<string, number>();
      const pose = { ...head(time) };
      for (const [au, activation] of active) {
        addActionUnit(units, au, activation);
        for (const [name, amount] of Object.entries(actionUnits[au].pose ?? {})) pose[name as keyof HeadPose] += (amount * (activation.left + activation.right)) / 2;
      }
      const looking = gaze(time);
      addGaze(units, looking);
      for (const [unit, weight] of speech?.(time) ?? []) units.set(unit, (units.get(unit) ?? 0) + weight);
      for (const side of ["Left", "Right"]) units.set(`eyeBlink${side}`, Math.min(1, units.get(`eyeBlink${side}`) ?? 0));
      const gain = exposure * (1 + nuisances.flicker * Math.sin(2 * Math.PI * (100 * time + phase)));
      return { shot: { units, pose, light: light(time), gain }, actionUnits: active, gaze: looking };
    },
  };
}

/** A smooth random function of time with deviation 1, around 0: three sines about a frequency. */
function wander(random: Random, frequency: number): (seconds: number) => number {
  const waves = [0.55, 1, 1.7].map((factor) => ({ speed: 2 * Math.PI * frequency * factor * random.between(0.8, 1.2), phase: random.between(0, 2 * Math.PI), size: random.between(0.6, 1) }));
  const norm = Math.sqrt(2 / waves.reduce((sum, { size }) => sum + size * size, 0));
  return (seconds) => norm * waves.reduce((sum, { speed, phase, size }) => sum + size * Math.sin(speed * seconds + phase), 0);
}

function drawHead(random: Random, { headOffset, headMotion, headSpeed, shift }: Nuisances): (seconds: number) => HeadPose {
  const turning = (share: number): ((seconds: number) => number) => {
    const rest = random.normal(0, headOffset * share);
    const moving = wander(random, headSpeed);
    return (seconds) => rest + headMotion * share * moving(seconds);
  };
  const shifting = (share: number): ((seconds: number) => number) => {
    const rest = random.normal(0, shift * share);
    const moving = wander(random, 0.7 * headSpeed);
    return (seconds) => rest + 0.5 * shift * share * moving(seconds);
  };
  const [yaw, pitch, roll, x, y, z] = [turning(1), turning(0.7), turning(0.5), shifting(1), shifting(0.7), shifting(0.7)];
  return (seconds) => ({ yaw: yaw(seconds), pitch: pitch(seconds), roll: roll(seconds), x: x(seconds), y: y(seconds), z: z(seconds) });
}

function drawLight(random: Random, { light, lightMotion }: Nuisances): (seconds: number) => Light {
  const azimuth = light === 0 ? studioLight.azimuth : random.normal(0, light);
  const elevation = studioLight.elevation + random.normal(0, 0.5 * light);
  const balance = light === 0 ? 0 : random.normal(0, 0.1);
  const [side, up] = [wander(random, 0.4), wander(random, 0.4)];
  return (seconds) => ({
    azimuth: azimuth + lightMotion * side(seconds),
    elevation: elevation + 0.5 * lightMotion * up(seconds),
    key: studioLight.key * (1 + balance),
    sky: studioLight.sky * (1 - balance),
    ground: studioLight.ground,
  });
}

function drawBlinks(random: Random, seconds: number, rate: number): Movement[] {
  return arrivals(random, seconds, rate).map((start) => ({ au: 45, start, rise: random.between(0.06, 0.09), hold: random.between(0, 0.03), fall: random.between(0.1, 0.16), left: 1, right: 1 }));
}

/** Small movements of single Action Units, about one a second. */
function drawTwitches(random: Random, seconds: number, intensity: number): Movement[] {
  if (intensity === 0) return [];
  return arrivals(random, seconds, 2).map((start) => {
    const strength = intensity * random.between(0.3, 1.7);
    const tilt = random.between(-0.4, 0.4);
    const au = random.pick(facemorphicUnits.filter((number) => number < 26));
    return { au, start, rise: random.between(0.1, 0.3), hold: random.between(0.05, 0.4), fall: random.between(0.15, 0.4), left: strength * (1 + tilt), right: strength * (1 - tilt) };
  });
}

/** Times of a Poisson process that begins a little before the sequence. */
function arrivals(random: Random, seconds: number, rate: number): number[] {
  const times: number[] = [];
  if (rate > 0) for (let time = -0.3 - Math.log(1 - random.uniform()) / rate; time < seconds; time -= Math.log(1 - random.uniform()) / rate) times.push(time);
  return times;
}

function drawGaze(random: Random, seconds: number, rate: number): (seconds: number) => readonly [number, number] {
  const point = (): readonly [number, number] => (rate === 0 ? [0, 0] : [random.normal(0, 0.22), random.normal(0, 0.14)]);
  const fixations = [{ time: -Infinity, at: point() }, ...arrivals(random, seconds, rate).map((time) => ({ time, at: point() }))];
  return (time) => {
    let k = fixations.length - 1;
    while (k > 0 && fixations[k]!.time > time) k--;
    const [before, now] = [fixations[Math.max(0, k - 1)]!, fixations[k]!];
    const share = k === 0 ? 1 : leastJerk(Math.min(1, (time - now.time) / 0.045));
    return [before.at[0] + (now.at[0] - before.at[0]) * share, before.at[1] + (now.at[1] - before.at[1]) * share];
  };
}

function addGaze(units: Map<string, number>, [left, up]: readonly [number, number]): void {
  const add = (unit: string, weight: number): void => {
    if (weight > 0) units.set(unit, (units.get(unit) ?? 0) + weight);
  };
  add("eyeLookOutLeft", left);
  add("eyeLookInRight", left);
  add("eyeLookInLeft", -left);
  add("eyeLookOutRight", -left);
  for (const side of ["Left", "Right"]) {
    add(`eyeLookUp${side}`, up);
    add(`eyeLookDown${side}`, -up);
  }
}

/** Mouth shapes of speech, as face units. */
const mouthShapes: readonly Readonly<Record<string, number>>[] = [
  { jawOpen: 0.35 },
  { jawOpen: 0.15, mouthStretchLeft: 0.4, mouthStretchRight: 0.4 },
  { mouthPucker: 0.7, jawOpen: 0.08 },
  { mouthFunnel: 0.6, jawOpen: 0.2 },
  { mouthPressLeft: 0.4, mouthPressRight: 0.4 },
  { mouthRollLower: 0.5, mouthUpperUpLeft: 0.2, mouthUpperUpRight: 0.2 },
  { jawOpen: 0.12, mouthLowerDownLeft: 0.4, mouthLowerDownRight: 0.4 },
];

function drawSpeech(random: Random, seconds: number): (seconds: number) => Iterable<readonly [string, number]> {
  const shapes: { time: number; shape: Readonly<Record<string, number>>; size: number }[] = [];
  for (let time = -0.2; time < seconds + 0.3; time += random.between(0.11, 0.22)) shapes.push({ time, shape: random.pick(mouthShapes), size: random.between(0.5, 1) });
  return function* (time) {
    for (let k = 1; k < shapes.length; k++) {
      const [from, to] = [shapes[k - 1]!, shapes[k]!];
      if (time < from.time || time >= to.time) continue;
      const share = leastJerk((time - from.time) / (to.time - from.time));
      for (const [unit, weight] of Object.entries(from.shape)) yield [unit, weight * from.size * (1 - share)];
      for (const [unit, weight] of Object.entries(to.shape)) yield [unit, weight * to.size * share];
    }
  };
}
