/**
 * A made recording of moving edges: as many events as asked for, in a second or two, the same for the same seed.
 *
 * Bright polygons glide and turn before a dark background. Every pixel that a shape covers between two readouts fires
 * on, every pixel that it leaves fires off, so the leading edge of a shape is on and its trailing edge off. Rows are
 * read out from top to bottom, every two milliseconds, and the pixels of a row fire in the same microsecond, as on a
 * sensor with row readout: codecs meet the runs of neighbours that EVT3's vector words are made for. Background
 * activity is added at 0.1 events per second and pixel. Shapes do not hide each other and contrast is not modelled:
 * this is a load for decoders and builders and a picture for a first look, not a model of a sensor.
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { checkOptions, OptionError } from "../errors.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { noTriggers, type SensorSize } from "../events/schema.js";
import { EventTable } from "../events/table.js";
import { EventColumnsBuilder } from "./columns-builder.js";
import { coverRows, makeShapes, type RowCover } from "./shapes.js";

export interface MovingEdgesOptions {
  /** Number of events: the recording ends with exactly these. Give this or `duration`. */
  readonly events?: number;
  /** Length of the recording. Give this or `events`. */
  readonly duration?: Duration;
  /** Sensor width in pixels; 1280 when left out. */
  readonly width?: number;
  /** Sensor height in pixels; 720 when left out. */
  readonly height?: number;
  /** Same seed, same bytes. */
  readonly seed: number;
}

/** Microseconds between two readouts of a row. */
const readout = 2000;
/** Background events per pixel and second. */
const noise = 0.1;

/**
 * A made recording: about ten million events a second at 1280x720.
 * @throws OptionError when an option is unknown, missing or out of range.
 */
export function movingEdges(options: MovingEdgesOptions): EventTable {
  checkOptions("movingEdges", options, ["events", "duration", "width", "height", "seed"]);
  const { width, height, seed } = { width: 1280, height: 720, ...options };
  const sensor = checkSensor("movingEdges", { width, height });
  checkSeed("movingEdges", seed);
  const { events, end } = extent(options);

  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  const shapes = makeShapes(sensor, uniform);
  let covers = shapes.map((shape) => coverRows(shape, 0, sensor));
  let next = shapes.map((): RowCover => ({ first: new Int32Array(height), end: new Int32Array(height) }));
  const noisePerRow = (noise * width * readout) / 1e6;
  const columns = new EventColumnsBuilder(events === Infinity ? 1 << 16 : events + 4 * width); // The last row may overshoot.

  for (let time = 0; time < end && columns.length < events; time += readout) {
    next = shapes.map((shape, k) => coverRows(shape, (time + readout) / 1e6, sensor, next[k]));
    for (let y = 0; y < height; y++) {
      const t = time + Math.floor((y * readout) / height);
      if (t >= end || columns.length >= events) break;
      for (let k = 0; k < shapes.length; k++) {
        const [was, now] = [covers[k]!, next[k]!];
        emitChange(columns, t, y, was.first[y]!, was.end[y]!, now.first[y]!, now.end[y]!);
      }
      if (uniform() < noisePerRow) columns.push(t, Math.floor(uniform() * width), y, uniform() < 0.5 ? 0 : 1);
    }
    [covers, next] = [next, covers];
  }
  return new EventTable(columns.take(Math.min(columns.length, events)), {
    sensor,
    triggers: noTriggers,
    origin: 0n,
    provenance: { format: "made", assumptions: [`moving edges made from seed ${seed}`] },
  });
}

/** Off where a row was covered and is not, on where it is covered and was not. */
function emitChange(columns: EventColumnsBuilder, t: number, y: number, wasFirst: number, wasEnd: number, first: number, end: number): void {
  if (wasFirst === first && wasEnd === end) return;
  columns.run(t, wasFirst, Math.min(wasEnd, first), y, 0);
  columns.run(t, Math.max(wasFirst, end), wasEnd, y, 0);
  columns.run(t, first, Math.min(end, wasFirst), y, 1);
  columns.run(t, Math.max(first, wasEnd), end, y, 1);
}

function extent({ events, duration }: MovingEdgesOptions): { events: number; end: number } {
  if ((events === undefined) === (duration === undefined)) {
    throw new OptionError({ where: "movingEdges", expected: "either events or duration", received: events === undefined ? "neither" : "both" });
  }
  const end = duration === undefined ? Infinity : toMicroseconds(duration, "movingEdges.duration");
  if (events !== undefined && !(Number.isInteger(events) && events > 0 && events < 2 ** 31)) {
    throw new OptionError({ where: "movingEdges.events", expected: "a whole number from 1 to 2^31 - 1", received: String(events) });
  }
  if (end <= 0) throw new OptionError({ where: "movingEdges.duration", expected: "more than 0 µs", received: `${end} µs` });
  return { events: events ?? Infinity, end };
}

/** @throws OptionError unless both sides are whole, at least 16 and at most 65536 pixels. */
export function checkSensor(where: string, { width, height }: SensorSize): SensorSize {
  for (const [side, size] of Object.entries({ width, height })) {
    if (!Number.isInteger(size) || size < 16 || size > 65536) {
      throw new OptionError({ where: `${where}.${side}`, expected: "whole pixels from 16 to 65536", received: String(size) });
    }
  }
  return { width, height };
}

/** @throws OptionError unless the seed is a 32-bit integer. */
export function checkSeed(where: string, seed: number): void {
  if (!Number.isInteger(seed) || Math.abs(seed) > 0xffffffff) {
    throw new OptionError({ where: `${where}.seed`, expected: "an integer of at most 32 bits", received: String(seed), next: "Give a seed: the same seed makes the same events" });
  }
}
