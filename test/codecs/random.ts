/** Random words and tables for the tests of the codecs. */
import fc from "fast-check";
import { EventTable, type Frame, type ImuColumns } from "../../src/events/index.js";

export const width = 1280;
export const height = 720;

const header = (lines: string[]) => Buffer.from(lines.map((line) => `% ${line}\n`).join(""));

/** Words of EVT3, the frequent kinds more often than the others. */
export const evt3Words = fc
  .array(
    fc.tuple(fc.constantFrom(0, 2, 2, 2, 3, 4, 4, 5, 6, 6, 8, 10, 14, 7, 15, 1, 9), fc.nat(0xfff)).map(([type, low]) => (type << 12) | low),
    { maxLength: 400, size: "max" },
  )
  .map((words) => Buffer.from(Uint16Array.from(words).buffer));

export const evt2Words = fc
  .array(
    fc.tuple(fc.constantFrom(0, 0, 1, 1, 8, 8, 10, 13, 15), fc.nat(0xfffffff)).map(([type, low]) => type * 0x10000000 + low),
    { maxLength: 300, size: "max" },
  )
  .map((words) => Buffer.from(Uint32Array.from(words).buffer));

const evt21Halves = fc.array(
  fc.tuple(
    fc.tuple(fc.constantFrom(0, 0, 1, 1, 8, 8, 10, 14, 15), fc.nat(0xfffffff)).map(([type, low]) => type * 0x10000000 + low),
    fc.oneof(fc.constant(0), fc.nat(31).map((bit) => (1 << bit) >>> 0), fc.nat(0xffffffff)),
  ),
  { maxLength: 200, size: "max" },
);
const words32 = (words: number[]) => Buffer.from(Uint32Array.from(words).buffer);

export const evt4Words = fc
  .array(
    fc.tuple(fc.constantFrom(10, 10, 11, 11, 12, 13, 14, 14, 9, 6, 7, 15, 3), fc.nat(0xfffffff)).map(([type, low]) => type * 0x10000000 + low),
    { maxLength: 300, size: "max" },
  )
  // A vector at the end would miss its mask.
  .map((words) => words32([...words, 0xffffffff, 0xffffffff]));

export const datWords = fc
  .array(fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)), { maxLength: 200, size: "max" })
  .map((pairs) => Buffer.from(Uint32Array.from(pairs.flat()).buffer));

export interface WordKind {
  readonly format: string;
  /** States no geometry, so that no word is at fault for its coordinates. */
  readonly header: Buffer;
  readonly words: fc.Arbitrary<Buffer>;
  readonly options?: { readonly vectors: "group" };
  /** Header fields to write it with; `undefined` where it is not written. */
  readonly write?: Readonly<Record<string, string>>;
  /** Bytes that are left when the last byte of the last event is missing. */
  readonly rest?: number;
}

/** The word formats, and the ways in which one may be read or written. */
export const wordKinds: Readonly<Record<string, WordKind>> = {
  evt3: { format: "evt3", header: header(["evt 3.0", "end"]), words: evt3Words, write: {}, rest: 1 },
  "evt3 in groups": { format: "evt3", header: header(["evt 3.0", "end"]), words: evt3Words.map((words) => Buffer.concat([words, Buffer.alloc(4)])), options: { vectors: "group" }, write: {} },
  evt2: { format: "evt2", header: header(["evt 2.0", "end"]), words: evt2Words, write: {}, rest: 3 },
  "evt21, little": {
    format: "evt21",
    header: header(["format EVT21;endianness=little", "end"]),
    words: evt21Halves.map((words) => words32(words.flatMap(([upper, lower]) => [lower, upper]))),
    write: {},
    rest: 7,
  },
  "evt21, legacy": {
    format: "evt21",
    header: header(["format EVT21;endianness=legacy", "end"]),
    words: evt21Halves.map((words) => words32(words.flat())),
    write: { endianness: "legacy" },
    rest: 7,
  },
  evt4: { format: "evt4", header: header(["format EVT4", "end"]), words: evt4Words },
  dat: {
    format: "dat",
    header: Buffer.concat([header(["Data file containing CD events.", "Version 2"]), Buffer.of(12, 8)]),
    words: datWords,
    write: {},
    rest: 7,
  },
};

interface RandomEvent {
  readonly step: number;
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly run: number;
}

/** Tables nearly in order of time, with runs of neighbours in a row, gaps of many clock periods, and small steps back. */
export const tables: fc.Arbitrary<EventTable> = fc
  .tuple(
    fc.nat(0xfffff),
    fc.array(
      fc.record<RandomEvent>({
        step: fc.oneof(fc.constant(0), fc.nat(5000), fc.integer({ min: -300, max: 0 }), fc.nat(60_000_000)),
        x: fc.nat(width - 1),
        y: fc.nat(height - 1),
        p: fc.nat(1),
        run: fc.oneof(fc.constant(1), fc.nat(40)),
      }),
      { maxLength: 60, size: "max" },
    ),
    fc.array(fc.record({ t: fc.nat(100_000_000), id: fc.nat(15), p: fc.nat(1) }), { maxLength: 5 }),
  )
  .map(([start, events, edges]) => {
    const rows: { t: number; x: number; y: number; p: number }[] = [];
    let t = start;
    for (const { step, x, y, p, run } of events) {
      // A small step back across a wrap of the clock cannot be told from a wrap: stay within the period.
      t = step < 0 && Math.floor((t + step) / 2 ** 24) < Math.floor(t / 2 ** 24) ? t : Math.max(0, t + step);
      for (let i = 0; i < run && x + i < width; i++) rows.push({ t, x: x + i, y, p });
    }
    return new EventTable(
      {
        t: BigInt64Array.from(rows, (row) => BigInt(row.t)),
        x: Uint16Array.from(rows, ({ x }) => x),
        y: Uint16Array.from(rows, ({ y }) => y),
        p: Uint8Array.from(rows, ({ p }) => p),
      },
      {
        sensor: { width, height },
        origin: BigInt(rows[0]?.t ?? 0),
        provenance: { format: "columns", assumptions: [] },
        triggers: {
          t: BigInt64Array.from(edges, (edge) => BigInt(edge.t)).sort(),
          id: Uint8Array.from(edges, ({ id }) => id),
          p: Uint8Array.from(edges, ({ p }) => p),
        },
      },
    );
  });

export const columnsOf = ({ t, x, y, p }: EventTable) => ({ t, x, y, p });

/** Tables in order of time, for formats that cannot hold steps back. */
export const sortedTables = ({ width, height, longestPause }: { width: number; height: number; longestPause: number }): fc.Arbitrary<EventTable> =>
  fc
    .array(
      fc.record({
        step: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(longestPause)),
        x: fc.nat(width - 1),
        y: fc.nat(height - 1),
        p: fc.nat(1),
      }),
      { maxLength: 80, size: "max" },
    )
    .map((events) => {
      let t = 0n;
      return EventTable.from(
        {
          t: BigInt64Array.from(events, ({ step }) => (t += BigInt(step))),
          x: Uint16Array.from(events, ({ x }) => x),
          y: Uint16Array.from(events, ({ y }) => y),
          p: Uint8Array.from(events, ({ p }) => p),
        },
        { sensor: { width, height } },
      );
    });

/** The table as a format can hold it: in order of time, without pauses that take many bytes, or on a small sensor. */
export function fitted(table: EventTable, format: string): EventTable {
  if (format === "prophesee-hdf5") return table.sort();
  if (format !== "nmnist" && format !== "es") return table;
  const { t, x, y, p } = table.sort();
  const times = t.map((time) => time / 10_000n);
  if (format === "es") return EventTable.from({ t: times, x, y, p }, { sensor: table.sensor });
  return EventTable.from({ t: times, x: x.map((value) => value % 256), y: y.map((value) => value % 240), p }, { sensor: { width: 256, height: 240 } });
}

/** Pictures in order of time, of any size and kind, with exposures or without. */
export const pictures: fc.Arbitrary<Frame[]> = fc
  .array(
    fc.record({
      step: fc.oneof(fc.constant(0), fc.nat(2_000_000)),
      exposure: fc.option(fc.nat(40_000), { nil: undefined }),
      width: fc.integer({ min: 1, max: 7 }),
      height: fc.integer({ min: 1, max: 5 }),
      channels: fc.constantFrom<1 | 3 | 4>(1, 3, 4),
      wide: fc.boolean(),
      seed: fc.nat(65535),
    }),
    { maxLength: 40, size: "max" },
  )
  .map((drawn) => {
    let t = 1n;
    return drawn.map(({ step, exposure, width, height, channels, wide, seed }) => {
      t += BigInt(step);
      const values = { length: width * height * channels };
      const data = wide ? Uint16Array.from(values, (_, i) => seed + i * 7919) : Uint8Array.from(values, (_, i) => seed + i * 101);
      const frame = { t, width, height, channels, data };
      if (exposure === undefined) return frame;
      const half = BigInt(exposure);
      return { ...frame, exposure: { from: t - half, to: t + half + (half & 1n) } };
    });
  });

/** Samples of an inertial sensor in order of time, with values that stand for multiples of gravity and degrees in 32 bits. */
export const samples: fc.Arbitrary<ImuColumns[]> = fc
  .array(fc.array(fc.tuple(fc.nat(200_000), fc.integer({ min: -4000, max: 4000 })), { minLength: 1, maxLength: 30 }), { maxLength: 6 })
  .map((batches) => {
    let t = 1n;
    return batches.map((rows) => ({
      t: BigInt64Array.from(rows, ([step]) => (t += BigInt(step))),
      acceleration: Float32Array.from({ length: rows.length * 3 }, (_, i) => Math.fround((rows[Math.floor(i / 3)]![1] + i) / 500) * 9.80665),
      rotation: Float32Array.from({ length: rows.length * 3 }, (_, i) => Math.fround((rows[Math.floor(i / 3)]![1] - i) / 7) * (Math.PI / 180)),
    }));
  });

/** Pictures as a format keeps them that has one time for each. */
export function withoutExposures(frames: readonly Frame[]): Frame[] {
  return frames.map(({ t, width, height, channels, data }) => ({ t, width, height, channels, data }));
}

/** All samples in one. */
export function joinSamples(batches: readonly ImuColumns[]): ImuColumns {
  return {
    t: BigInt64Array.from(batches.flatMap(({ t }) => [...t])),
    acceleration: Float32Array.from(batches.flatMap(({ acceleration }) => [...acceleration])),
    rotation: Float32Array.from(batches.flatMap(({ rotation }) => [...rotation])),
  };
}
