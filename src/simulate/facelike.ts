/**
 * A small made recording of a schematic head: it sways, blinks twice, raises its brows and smiles.
 *
 * The scene is drawn by formula every four milliseconds, and events follow ESIM's rule (Rebecq, Gehrig, Scaramuzza:
 * ESIM: an Open Event Camera Simulator, CoRL 2018): with L = log(0.001 + I), a pixel fires whenever L has moved by the
 * contrast threshold from where it last fired, at the time at which a line between two frames crosses that level.
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { checkOptions, OptionError } from "../errors.js";
import { EventTable } from "../events/table.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { EventColumnsBuilder } from "./columns-builder.js";
import { checkSeed, checkSensor } from "./moving-edges.js";

export interface FacelikeOptions {
  /** Length of the recording, at most a minute; 2 s when left out. */
  readonly duration?: Duration;
  /** Sensor width in pixels; 320 when left out. */
  readonly width?: number;
  /** Sensor height in pixels; 240 when left out. */
  readonly height?: number;
  /** Decides how the head sways, when it blinks, and the threshold of each pixel. Same seed, same bytes. */
  readonly seed: number;
}

/** Microseconds between frames. */
const step = 4000;
/** Contrast threshold in log intensity, and its spread from pixel to pixel. */
const threshold = 0.25;
const spread = 0.03;

/**
 * A made recording of a schematic face.
 * @throws OptionError when an option is unknown, missing or out of range.
 */
export function facelike(options: FacelikeOptions): EventTable {
  checkOptions("facelike", options, ["duration", "width", "height", "seed"]);
  const { width, height, seed } = { width: 320, height: 240, ...options };
  const sensor = checkSensor("facelike", { width, height });
  checkSeed("facelike", seed);
  const duration = toMicroseconds(options.duration ?? "2s", "facelike.duration");
  if (duration <= 0 || duration > 60e6) {
    throw new OptionError({ where: "facelike.duration", expected: "more than 0 s and at most 60 s", received: `${duration} µs` });
  }

  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  const mood = { sway: uniform(), nod: uniform(), blinks: [0.15 + 0.1 * uniform(), 0.68 + 0.1 * uniform()] };
  const thresholds = Float64Array.from({ length: width * height }, () => threshold + spread * (2 * uniform() - 1));
  const columns = new EventColumnsBuilder(1 << 16);
  let previous = drawFace(width, height, pose(0, duration, mood));
  const fired = previous.slice();
  for (let start = 0; start < duration; start += step) {
    const end = Math.min(start + step, duration);
    const next = drawFace(width, height, pose(end, duration, mood));
    for (let i = 0; i < next.length; i++) {
      const after = next[i]!;
      const before = previous[i]!;
      if (after === before) continue;
      const pixelThreshold = thresholds[i]!;
      const sign = after > before ? 1 : -1;
      while ((after - fired[i]!) * sign >= pixelThreshold) {
        fired[i]! += sign * pixelThreshold;
        const t = start + Math.floor(((fired[i]! - before) / (after - before)) * (end - start));
        columns.push(Math.min(Math.max(t, start), duration - 1), i % width, Math.floor(i / width), sign > 0 ? 1 : 0);
      }
    }
    previous = next;
  }
  return EventTable.from(columns.take(columns.length), {
    sensor,
    origin: 0n,
    sort: true,
    provenance: { format: "made", assumptions: [`schematic face made from seed ${seed}`] },
  });
}

interface Pose {
  /** Shift of the head in units of its half height. */
  readonly x: number;
  readonly y: number;
  readonly roll: number;
  /** 1 = eyes open, 0 = shut. */
  readonly eyes: number;
  /** 0 = at rest, 1 = a full smile. */
  readonly smile: number;
}

function pose(time: number, duration: number, mood: { sway: number; nod: number; blinks: readonly number[] }): Pose {
  const seconds = time / 1e6;
  const part = time / duration;
  const turn = 2 * Math.PI;
  const blink = mood.blinks.map((at) => ramp(Math.abs(time - at * duration), 130_000, 30_000));
  return {
    x: 0.1 * Math.sin(turn * (0.8 * seconds + mood.sway)),
    y: 0.03 * Math.sin(turn * (1.3 * seconds + mood.nod)),
    roll: 0.07 * Math.sin(turn * (0.6 * seconds + mood.nod)),
    eyes: 1 - Math.max(...blink),
    smile: ramp(part, 0.35, 0.55) * ramp(part, 0.97, 0.82),
  };
}

/** Log intensity of each pixel. Face coordinates: u to the right, v downwards, the head about 1 high from its centre. */
function drawFace(width: number, height: number, { x, y, roll, eyes, smile }: Pose): Float64Array {
  const scale = 0.42 * Math.min(height, width * 1.2);
  const soft = 1.5 / scale;
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const image = new Float64Array(width * height).fill(Math.log(0.001 + 0.1));
  let light = 0;
  /** Paints an ellipse around (u, v) = (0, 0) over what is there, with an edge of about three pixels. */
  const paint = (colour: number, u: number, v: number, a: number, b: number): void => {
    const radius = Math.sqrt((u / a) ** 2 + (v / b) ** 2);
    const distance = (radius - 1) * (a < b ? a : b);
    if (distance < soft) light += (colour - light) * (distance <= -soft ? 1 : ramp(distance, soft, -soft));
  };
  for (let row = 0, i = 0; row < height; row++) {
    const dy = (row - height / 2) / scale - y;
    for (let column = 0; column < width; column++, i++) {
      const dx = (column - width / 2) / scale - x;
      const u = cos * dx + sin * dy;
      const v = cos * dy - sin * dx;
      const side = Math.abs(u);
      if (side > 0.9 || Math.abs(v) > 1.15) continue;
      light = 0.1;
      paint(0.04, u, v + 0.12, 0.8, 0.95); // hair
      paint(0.62 - 0.16 * u - 0.1 * v, u, v - 0.08, 0.66, 0.88); // skin, lit from the left
      if (v < 0) {
        const open = 0.015 + 0.075 * eyes;
        paint(0.08, side - 0.28, v + 0.38 + 0.07 * smile + 0.5 * (side - 0.28) ** 2, 0.17, 0.035); // brows
        paint(0.95, side - 0.28, v + 0.17, 0.14, open); // eyes
        paint(0.03, side - 0.28, v + 0.17, Math.min(0.07, open), Math.min(0.07, open));
      } else {
        const bend = v - 0.56 + smile * (1.1 * u * u - 0.05);
        paint(0.3, side - 0.06, v - 0.25, 0.045, 0.03); // nostrils
        paint(0.22, u, bend, 0.24 + 0.1 * smile, 0.04 + 0.07 * smile); // lips
        paint(0.9, u, bend, 0.01 + 0.27 * smile, 0.001 + 0.06 * smile); // teeth
      }
      image[i] = Math.log(0.001 + light);
    }
  }
  return image;
}

/** 0 at `from`, 1 at `to`, smooth between them; `to` may be the smaller. */
function ramp(value: number, from: number, to: number): number {
  const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return part * part * (3 - 2 * part);
}
