/** Tiny folders in the exact layouts of the data sets: a few events and pictures a clip. */
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EventTable } from "../../src/events/index.js";
import { writeEvents } from "../../src/codecs/index.js";
import { npy } from "../../src/data/make/files.js";

export const goldens = "../shared/data/goldens";

export async function put(root: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** Rows x, y, t in seconds, p of v2e: event i at pixel (i, 2) and i milliseconds, signs alternating. */
export const rows = (events: number): Uint8Array => npy(Float64Array.from({ length: 4 * events }, (_, i) => [(i >> 2) % 346, 2, (i >> 2) / 1000, (i >> 2) % 2 === 0 ? 1 : -1][i & 3]!), 4);

export const greyPng = (value: number): Uint8Array => encode({ width: 4, height: 3, channels: 1, depth: 8, data: new Uint8Array(12).fill(value) });
export const colourJpeg = (value: number): Uint8Array => new Uint8Array(jpeg.encode({ width: 8, height: 8, data: new Uint8Array(256).fill(value) }, 90).data);

/** An e-CK+ sequence with all its files. */
export async function putSequence(root: string, part: string, number: string, sequence: string, events = 40): Promise<void> {
  const where = `${part}/${number}/${sequence}`;
  await put(root, `e-ck+/${where}.npy`, rows(events));
  await put(root, `ck+_frames_30fps/${where}/frame_0000.png`, greyPng(10));
  await put(root, `ck+_frames_30fps/${where}/frame_0001.png`, greyPng(20));
  await put(root, `ck+_frames_process_30fps/bboxes/${sequence}.txt`, "0.25 0.1 0.5 0.6\n");
}

/** One recording in EVT3: `events` events, a millisecond apart, from `first` on. */
export async function putRecording(root: string, path: string, events = 40, first = 0): Promise<void> {
  await put(root, path, "");
  const index = Array.from({ length: events }, (_, i) => i);
  const table = EventTable.from(
    { t: BigInt64Array.from(index, (i) => BigInt(first + 1000 * i)), x: Uint16Array.from(index), y: new Uint16Array(events).fill(3), p: Uint8Array.from(index, (i) => i % 2) },
    { sensor: { width: 1280, height: 720 } },
  );
  await writeEvents(table, join(root, path), { format: "evt3" });
}
