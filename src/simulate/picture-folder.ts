/**
 * Folders of pictures as sequences.
 * @module
 */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { FormatError, SourceError } from "../errors.js";
import type { Picture } from "./picture-file.js";
import { readPicture } from "./picture-file.js";

/** A picture and the time that its name, or its number, gives. */
export interface TimedPicture extends Picture {
  /** Microseconds. */
  readonly t: number;
}

/**
 * The PNG and JPEG pictures of a folder, in the order of the numbers in their names. A name that ends in a time of day,
 * `frame_12_10:31:07.250000.jpg`, gives its time in microseconds since midnight (`-` or `_` may stand for the colons; a
 * sequence may pass midnight); otherwise pictures follow each other at `rate` a second, from 0 on.
 * @throws SourceError when there is no such folder or no picture in it, FormatError when names give no times and there
 * is no rate.
 */
export async function* readPictureFolder(folder: string, rate?: number): AsyncGenerator<TimedPicture> {
  const names = await pictureNames(folder);
  const clock = dayClock();
  for (const [index, name] of names.entries()) {
    const time = timeOfDay(name);
    if (time === undefined && rate === undefined) {
      throw new FormatError({
        where: join(folder, name),
        expected: "a time of day in the name, such as frame_12_10:31:07.250000.jpg",
        received: `"${name}"`,
        next: "Give the number of pictures a second as `rate`",
      });
    }
    const t = rate === undefined ? clock(time!) : (index * 1e6) / rate;
    yield { ...(await readPicture(join(folder, name))), t };
  }
}

/** How many pictures a folder holds. @throws SourceError as {@link readPictureFolder}. */
export async function countPictures(folder: string): Promise<number> {
  return (await pictureNames(folder)).length;
}

async function pictureNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new SourceError({ where: folder, expected: "a readable folder", received: cause instanceof Error ? cause.message : String(cause), cause });
  });
  const pictures = names.filter((name) => /\.(png|jpe?g)$/i.test(name) && !name.startsWith("."));
  if (pictures.length === 0) {
    throw new SourceError({ where: folder, expected: "a folder with PNG or JPEG pictures", received: `${names.length} other files` });
  }
  const order = new Intl.Collator("en", { numeric: true });
  return pictures.sort(order.compare);
}

/** Microseconds since midnight. */
function timeOfDay(name: string): number | undefined {
  const match = /(?:^|[^0-9])([01]?\d|2[0-3])[:_-]([0-5]\d)[:_-]([0-5]\d)(?:[.,](\d{1,9}))?\.\w+$/.exec(basename(name));
  if (!match) return undefined;
  const [, hours, minutes, seconds, fraction = ""] = match;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** Counts days where the time of day falls back by more than half a day. */
function dayClock(): (time: number) => number {
  const day = 86_400e6;
  let days = 0;
  let before = 0;
  return (time) => {
    if (time < before - day / 2) days++;
    before = time;
    return time + days * day;
  };
}
