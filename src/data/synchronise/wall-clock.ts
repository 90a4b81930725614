/**
 * Times of pictures whose names hold the time of day, as the recorder of FACEMORPHIC writes them.
 *
 * There was no trigger: both cameras were started by one flag. Time 0 of the events is taken to be one mean interval
 * before the first picture, so that picture n ends at ts[n] − ts[0] + mean, and the events of picture n are those since
 * picture n − 1. Source: the synchronisation of Facemorphic_PI.
 * @module
 */
import { DataError } from "../../errors.js";
import type { SensorWindow } from "../../events/time.js";

const day = 86_400_000_000;

/**
 * Microseconds since midnight from a name such as `frame_12_15:19:28.385380.jpg`.
 * @throws DataError when it holds no time of day.
 */
export function wallClock(name: string): number {
  const match = /_(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?\.\w+$/.exec(name);
  const [hours, minutes, seconds] = (match?.slice(1, 4) ?? []).map(Number) as [number, number, number];
  if (match && hours < 24 && minutes < 60 && seconds < 61) return ((hours * 60 + minutes) * 60 + seconds) * 1e6 + Number((match[4] ?? "").padEnd(6, "0"));
  throw new DataError({ where: name, file: name, expected: "a picture with the time of day in its name, such as frame_12_15:19:28.385380.jpg", received: "none" });
}

/**
 * Times of pictures on the clock of the events, in microseconds, from their names in order. A clip that crosses midnight
 * goes on with the next day.
 * @throws DataError for fewer than two pictures, names without a time, or times that do not grow.
 */
export function pictureTimes(names: readonly string[]): bigint[] {
  if (names.length < 2) throw new DataError({ where: names[0] ?? "pictures", expected: "at least two pictures, to know the time between them", received: String(names.length) });
  const times = names.map(wallClock);
  for (let i = 1; i < times.length; i++) {
    while (times[i]! < times[i - 1]! - day / 2) times[i]! += day;
    if (times[i]! < times[i - 1]!) {
      throw new DataError({ where: names[i], file: names[i]!, expected: `a time after that of ${names[i - 1]}`, received: "an earlier one", next: "Sort the names by their numbers; a clock that was set back cannot be mended" });
    }
  }
  const mean = Math.round((times.at(-1)! - times[0]!) / (times.length - 1));
  return times.map((time) => BigInt(time - times[0]! + mean));
}

/** The events that belong to each picture: those since the one before it, for the first one those since time 0. */
export function pictureWindows(times: readonly bigint[]): SensorWindow[] {
  return times.map((to, i) => ({ from: i === 0 ? 0n : times[i - 1]!, to }));
}

/** An accumulated picture as the published converter cuts it: buckets of a millisecond. */
export interface PublishedWindow extends SensorWindow {
  /** The number in its name: the last one skips one. */
  readonly fileIndex: number;
}

/**
 * The windows of the published event pictures, for stored pictures to be matched. They differ from {@link pictureWindows}
 * in three ways: a bucket of a millisecond belongs to the picture during which it ends, the last window goes on to the end
 * of the recording, and the last file is numbered one too high. A recording that ends early has fewer.
 *
 * @param length Microseconds from time 0 to the end of the recording.
 */
export function publishedWindows(times: readonly bigint[], length: bigint): PublishedWindow[] {
  const bucket = 1000n;
  const windows: PublishedWindow[] = [];
  const end = ((length + bucket - 1n) / bucket) * bucket;
  let from = 0n;
  for (const time of times.slice(0, -1)) {
    // The bucket that ends at the boundary or behind it starts the next picture.
    const to = ((time + bucket - 1n) / bucket - 1n) * bucket;
    if (to + bucket > end) break;
    windows.push({ fileIndex: windows.length, from, to });
    from = to;
  }
  windows.push({ fileIndex: windows.length + 1, from, to: end });
  return windows;
}
