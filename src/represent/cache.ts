/**
 * Grids kept on disk, by what they were made from.
 *
 * The name of a file is a digest of the representation's id, the events with their sensor and origin, the window, and the
 * version of evtlab: change the id of a representation of your own when you change what it does. Files appear whole; one
 * that is damaged counts as missing. When a folder grows beyond its limit, the files that were not used for longest go.
 * @module
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../bytes/index.js";
import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import { version } from "../version.js";
import { fromSafetensors, toSafetensors, type StoredGrid } from "./grid-file.js";

export interface CacheOptions {
  /** Where the files lie; made when it is missing. */
  readonly folder: string;
  /** Bytes that the folder may hold; 4 GiB when left out. */
  readonly limit?: number;
}

/** Bytes written to a folder since it was last looked through. */
const unswept = new Map<string, number>();

/** The grid of an earlier run, or that of `make`, which is then kept. */
export async function cached(
  cache: string | CacheOptions,
  { id, events, window }: { readonly id: string; readonly events: EventTable; readonly window: SensorWindow },
  make: () => Promise<StoredGrid>,
): Promise<StoredGrid> {
  const { folder, limit = 4 * 2 ** 30 } = typeof cache === "string" ? { folder: cache } : cache;
  if (typeof cache !== "string") checkOptions("cache", cache, ["folder", "limit"]);
  if (!(limit > 0)) throw new OptionError({ where: "cache limit", expected: "more than 0 bytes", received: String(limit) });
  const path = join(folder, `${keyOf(id, events, window)}.safetensors`);
  const known = await readFile(path).then((file) => fromSafetensors(file, path)).catch(() => undefined);
  if (known) {
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return known;
  }
  const made = await make();
  const parts = toSafetensors(made.grid, made.from);
  await writeWhole(path, parts);
  const written = (unswept.get(folder) ?? Infinity) + parts[0].length + parts[1].length;
  unswept.set(folder, written);
  if (written > limit / 16) await sweep(folder, limit);
  return made;
}

function keyOf(id: string, { t, x, y, p, sensor, origin }: EventTable, { from, to }: SensorWindow): string {
  const hash = createHash("sha256").update(JSON.stringify([version, id, sensor.width, sensor.height, t.length, ...[origin, from, to].map(String)]));
  for (const { buffer, byteOffset, byteLength } of [t, x, y, p]) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}

/** Removes the files not used for longest until the others fit. Another process may do the same at once. */
async function sweep(folder: string, limit: number): Promise<void> {
  unswept.set(folder, 0);
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.safetensors$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return { name, size: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (total <= limit) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}
