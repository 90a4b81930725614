/**
 * How good a recording is.
 * @module
 */
import { checkOptions, TableError } from "../errors.js";
import type { Frame, TriggerColumns } from "../events/schema.js";
import { EventTable } from "../events/table.js";
import { concatTriggers } from "../events/triggers.js";
import { FlickerMeter, type FlickerQuality } from "./flicker.js";
import { IntervalMeter, type IntervalQuality } from "./intervals.js";
import { frameChanges, motionOffset, type MotionOffset } from "./motion-offset.js";
import { PixelMeter, type NoiseQuality, type PixelQuality } from "./pixels.js";
import { RateMeter, type RateQuality } from "./rate.js";
import { QualityReport } from "./report.js";
import { TimeMeter, type TimeQuality } from "./times.js";
import { frameTimes, type FrameTimes } from "./trigger-sync.js";
import { warningsOf } from "./warnings.js";

/** What goes with frames that were recorded beside the events. */
export interface AlignmentQuality {
  /** Number of frames; undefined when none were given. */
  readonly frames: number | undefined;
  /** Undefined when there are fewer than two rising edges. */
  readonly triggers: FrameTimes | undefined;
  /** Undefined when there are fewer than nine frames. */
  readonly motion: MotionOffset | undefined;
}

export interface Quality {
  readonly events: number;
  readonly rate: RateQuality;
  readonly times: TimeQuality;
  readonly intervals: IntervalQuality;
  readonly pixels: PixelQuality;
  readonly noise: NoiseQuality;
  /** The strongest there is, whether it matters or not; undefined for recordings of less than 128 ms. */
  readonly flicker: FlickerQuality | undefined;
  /** Undefined without frames and triggers. */
  readonly alignment: AlignmentQuality | undefined;
  /** What a person should know of, a sentence each. */
  readonly warnings: readonly string[];
}

export interface QualityOptions {
  /** Frames of the same recording, in order of time: what moves in them is compared with the events. */
  readonly frames?: Iterable<Frame> | AsyncIterable<Frame>;
  readonly signal?: AbortSignal;
}

/**
 * Measures a recording in one pass, in memory that depends on the sensor and not on the length:
 *
 * ```ts
 * await quality(streamEvents("talk.raw"));
 * ```
 * Its value shows itself in a notebook; `warnings` says what to do.
 * @throws TableError when a later table has a larger sensor than the first: say its size when opening the stream.
 */
export async function quality(of: EventTable | Iterable<EventTable> | AsyncIterable<EventTable>, options: QualityOptions = {}): Promise<QualityReport> {
  checkOptions("quality", options, ["frames", "signal"]);
  const rate = new RateMeter();
  const times = new TimeMeter();
  const triggers: TriggerColumns[] = [];
  let meters: { intervals: IntervalMeter; pixels: PixelMeter; flicker: FlickerMeter; first: EventTable } | undefined;
  for await (const table of of instanceof EventTable ? [of] : of) {
    options.signal?.throwIfAborted();
    meters ??= { intervals: new IntervalMeter(table.sensor), pixels: new PixelMeter(table), flicker: new FlickerMeter(table.sensor), first: table };
    requireSensor(meters.first, table);
    rate.add(table);
    times.add(table);
    meters.intervals.add(table);
    meters.pixels.add(table);
    meters.flicker.add(table);
    if (table.triggers.t.length > 0) triggers.push(table.triggers);
  }
  const timeQuality = times.result();
  const empty = meters ?? { intervals: new IntervalMeter(none), pixels: new PixelMeter({ sensor: none, origin: 0n }), flicker: new FlickerMeter(none) };
  const measured = {
    events: rate.events,
    rate: rate.result(),
    times: timeQuality,
    intervals: empty.intervals.result(),
    ...empty.pixels.result(timeQuality.duration),
    flicker: empty.flicker.result(),
    alignment: await align(concatTriggers(triggers), options.frames, rate),
  };
  return new QualityReport({ ...measured, warnings: warningsOf(measured) });
}

const none = { width: 0, height: 0 };

async function align(triggers: TriggerColumns, frames: QualityOptions["frames"], rate: RateMeter): Promise<AlignmentQuality | undefined> {
  const edges = triggers.p.reduce((sum, p) => sum + p, 0);
  if (frames === undefined && edges < 2) return undefined;
  const changes = frames === undefined ? [] : await frameChanges(frames);
  return {
    frames: frames === undefined ? undefined : changes.length === 0 ? 0 : changes.length + 1,
    triggers: edges < 2 ? undefined : frameTimes(triggers),
    motion: changes.length < 8 || rate.events === 0 ? undefined : motionOffset(changes, rate),
  };
}

function requireSensor({ sensor: first }: EventTable, { sensor }: EventTable): void {
  if (sensor.width <= first.width && sensor.height <= first.height) return;
  throw new TableError({
    where: "quality",
    expected: `events on the ${first.width}x${first.height} sensor of the first batch`,
    received: `a batch on ${sensor.width}x${sensor.height}`,
    next: "Give streamEvents the sensor size: the file does not say it",
  });
}
