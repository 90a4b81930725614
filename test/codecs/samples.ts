/** One small recording of each format, and of each way in which a format packs: what the fuzzing and the table of formats read. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { writeEvents, type OpenOptions, type WriteOptions } from "../../src/codecs/index.js";
import { EventTable, type Frame, type ImuColumns } from "../../src/events/index.js";
import { sortByTime } from "../../src/events/sort.js";
import { aedat2File, aedat3File, aedat3Recording } from "./aedat-file.js";
import { aedat4File } from "./aedat4-file.js";
import { bagFile, eventMessage } from "./bag-file.js";
import { memorySink } from "./memory-sink.js";
import { fitted, tables, wordKinds } from "./random.js";

export interface Sample {
  readonly format: string;
  readonly bytes: Buffer;
  /** The table in it, where we have written it. */
  readonly table?: EventTable;
  /** What the content does not say, or how to read random words. */
  readonly options: Pick<OpenOptions, "format" | "camera" | "onError">;
  /** True if there are frames in it, or inertial samples. */
  readonly beside?: boolean;
}

const frames: readonly Frame[] = [1, 3, 4].map((channels, k) => {
  const from = BigInt(1000 + k * 20_000);
  const values = { length: 12 * channels };
  return { t: from + 500n, exposure: { from, to: from + 1000n }, width: 4, height: 3, channels: channels as 1 | 3 | 4, data: k === 1 ? Uint16Array.from(values, (_, i) => i * 900) : Uint8Array.from(values, (_, i) => i * 7) };
});
const imu: ImuColumns = { t: BigInt64Array.of(5n, 60_000n), acceleration: new Float32Array(6).fill(9.8), rotation: new Float32Array(6).fill(0.1) };

/** Formats that we write, with the ways in which they can be packed. */
const written: Readonly<Record<string, WriteOptions & { readonly format: string; readonly gzip?: boolean; readonly onlyTriggers?: boolean }>> = {
  evt3: { format: "evt3" },
  evt2: { format: "evt2" },
  evt21: { format: "evt21" },
  "evt21 legacy": { format: "evt21", header: { endianness: "legacy" } },
  dat: { format: "dat" },
  "dat triggers": { format: "dat", onlyTriggers: true },
  aedat4: { format: "aedat4" },
  "aedat4 frames": { format: "aedat4", frames, imu },
  es: { format: "es" },
  nmnist: { format: "nmnist" },
  "prophesee-hdf5": { format: "prophesee-hdf5" },
  "prophesee-hdf5 gzip": { format: "prophesee-hdf5", compression: "gzip" },
  "dsec-hdf5": { format: "dsec-hdf5" },
  "event-utils-hdf5": { format: "event-utils-hdf5" },
  "event-utils-hdf5 frames": { format: "event-utils-hdf5", frames },
  "v2e-hdf5": { format: "v2e-hdf5", shift: true },
  npz: { format: "npz" },
  "npz packed": { format: "npz", compression: "gzip" },
  text: { format: "text" },
  "text in gz": { format: "text", gzip: true },
  arrow: { format: "arrow" },
  parquet: { format: "parquet" },
};

/** All samples by name. The same bytes each time. */
export async function samples(): Promise<Readonly<Record<string, Sample>>> {
  const found = fc.sample(tables, { numRuns: 200, seed: 21 }).find(({ t, length, triggers }) => length > 200 && triggers.t.length > 1 && t[length - 1]! - t[0]! < 1n << 31n)!;
  const sorted = new EventTable(sortByTime(found), { ...found });
  const made: Record<string, Sample> = {};
  const noEvents = new EventTable({ t: new BigInt64Array(0), x: new Uint16Array(0), y: new Uint16Array(0), p: new Uint8Array(0) }, { ...found, triggers: sortedTriggers(found) });
  for (const [name, { gzip, onlyTriggers, ...options }] of Object.entries(written)) {
    const table = onlyTriggers ? noEvents : fitted(options.format.endsWith("hdf5") ? sorted.slice(0, 300) : /^(evt|dat|aedat)/.test(options.format) ? found : sorted, options.format);
    const sink = memorySink();
    await writeEvents(table, sink, options);
    const bytes = gzip ? gzipSync(sink.bytes()) : Buffer.from(sink.bytes());
    made[name] = { format: options.format, bytes, table, beside: options.frames !== undefined, options: options.format === "nmnist" ? { format: "nmnist" } : {} };
  }
  const packets = [found.slice(0, 70), found.slice(70, 140), found.slice(140)];
  const events = packets.map((part) => ({ topic: "/events", type: "dvs_msgs/EventArray", data: eventMessage(part, part.sensor) }));
  const { header, words } = wordKinds["evt4"]!;
  const others: Readonly<Record<string, readonly [format: string, bytes: Buffer, camera?: string]>> = {
    evt4: ["evt4", Buffer.concat([header, fc.sample(words, { numRuns: 50, seed: 4 }).reduce((a, b) => (b.length > a.length ? b : a))])],
    "aedat4 none": ["aedat4", aedat4File(packets, { packing: "none", triggers: found.triggers })],
    "aedat4 lz4": ["aedat4", aedat4File(packets, { packing: "lz4", triggers: found.triggers })],
    "aedat4 zstd": ["aedat4", aedat4File(packets, { packing: "zstd", triggers: found.triggers })],
    aedat2: ["aedat2", aedat2File(found), "davis346"],
    aedat3: ["aedat3", aedat3File(found)],
    "aedat3 frames": ["aedat3", aedat3Recording().bytes],
    rosbag: ["rosbag", bagFile(events)],
    "rosbag lz4": ["rosbag", bagFile(events, { compression: "lz4" })],
  };
  for (const [name, [format, bytes, camera]] of Object.entries(others)) made[name] = { format, bytes, beside: name.endsWith("frames"), options: format === "evt4" ? { onError: "skip" } : camera === undefined ? {} : { camera } };
  return made;
}

/** In order, from time 0 on. */
function sortedTriggers({ triggers: { t, id, p } }: EventTable): EventTable["triggers"] {
  const order = Array.from(t.keys()).sort((a, b) => Number(t[a]! - t[b]!));
  return {
    t: BigInt64Array.from(order, (i) => (t[i]! - t[order[0]!]!) & 0x3fffffffn),
    id: Uint8Array.from(order, (i) => id[i]! & 63),
    p: Uint8Array.from(order, (i) => p[i]!),
  };
}
