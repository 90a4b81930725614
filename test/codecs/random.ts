/** Random words and tables for the tests of the codecs. */
import fc from "fast-check";
import { EventTable } from "../../src/events/index.js";

export const width = 1280;
export const height = 720;

const header = (lines: string[]) => Buffer.from(lines.map((line) => `% ${line}\n`).join(""));

/** Headers that state no geometry, so that no word is at fault for its coordinates. */
export const headers: Readonly<Record<string, Buffer>> = {
  evt3: header(["evt 3.0", "end"]),
  evt2: header(["evt 2.0", "end"]),
  dat: Buffer.concat([header(["Data file containing CD events.", "Version 2"]), Buffer.of(12, 8)]),
};

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

export const datWords = fc
  .array(fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)), { maxLength: 200, size: "max" })
  .map((pairs) => Buffer.from(Uint32Array.from(pairs.flat()).buffer));

export const payloads: Readonly<Record<string, fc.Arbitrary<Buffer>>> = { evt3: evt3Words, evt2: evt2Words, dat: datWords };

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
