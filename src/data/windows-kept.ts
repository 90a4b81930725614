/**
 * Windows of clips kept on disk, by what they were made from.
 *
 * The name of a file is a digest of the bytes of the clip's events and, where pictures are asked for, of its pictures, of
 * the crop and the options, and of the version of evtlab. A file that is damaged counts as missing.
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileSink } from "../bytes/index.js";
import { packSafetensors, unpackSafetensors, type StoredTensor } from "../engine/index.js";
import { DataError } from "../errors.js";
import { version } from "../version.js";
import type { Clip } from "./clip.js";
import type { Box } from "./synchronise/affine.js";
import type { ClipWindows, WindowPlan } from "./windows.js";

type Made = Omit<ClipWindows, "clip">;

/** The windows of an earlier run, or those of `make`, which are then kept. */
export async function keptWindows(clip: Clip, plan: WindowPlan, region: Box, make: () => Promise<Made>): Promise<ClipWindows> {
  if (plan.cache === undefined) return { clip, ...(await make()) };
  const path = join(plan.cache, `${await keyOf(clip, plan, region)}.windows`);
  const known = await readFile(path).then((bytes) => unpack(bytes, path)).catch(() => undefined);
  if (known) return { clip, ...known };
  const made = await make();
  const sink = await fileSink(path);
  try {
    for (const part of pack(made)) await sink.write(part);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return { clip, ...made };
}

async function keyOf(clip: Clip, { representation, size, window, pictures }: WindowPlan, region: Box): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([version, representation.id, size, window, pictures, region]));
  const add = async (file: string): Promise<void> => {
    try {
      await pipeline(createReadStream(file), async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
      });
    } catch (cause) {
      throw new DataError({ where: file, file, expected: `a file of clip ${clip.id} that can be read`, received: (cause as Error).message, next: 'Copy it again, or pass over such clips with { onError: "skip" }', cause });
    }
  };
  await add(clip.files.events);
  const { frames } = clip.files;
  if (frames !== undefined) {
    const names = await readdir(frames).catch(() => []);
    for (const name of names.sort()) {
      hash.update(name);
      if (pictures !== "none") await add(join(frames, name));
    }
  }
  return hash.digest("hex");
}

function pack({ grids, shape, channels, pictures }: Made): Uint8Array[] {
  const [windows, height, width] = shape;
  const tensors = new Map<string, StoredTensor>([["grids", { data: grids, shape }]]);
  if (pictures) tensors.set("pictures", { data: pictures, shape: [windows + 1, height, width] });
  return packSafetensors(tensors, { channels: JSON.stringify(channels) });
}

function unpack(bytes: Uint8Array, path: string): Made {
  const { tensors, metadata } = unpackSafetensors(bytes, path);
  const { data, shape } = tensors.get("grids")!;
  return { grids: data as Float32Array, shape: shape as unknown as ClipWindows["shape"], channels: JSON.parse(metadata["channels"]!) as string[], pictures: tensors.get("pictures")?.data as Float32Array | undefined };
}
