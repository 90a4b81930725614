import assert from "node:assert/strict";
import fc from "fast-check";
import { inspect, readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import type { EventTable } from "../../src/events/index.js";
import { rows } from "../events/random-table.js";
import { memorySink } from "./memory-sink.js";
import { tables } from "./random.js";

const columnsOf = ({ t, x, y, p }: EventTable) => ({ t, x, y, p });
const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);

/** Numbers as people and programs write them, right and wrong. */
const numbers = fc.oneof(
  fc.nat(2000).map(String),
  fc.integer({ min: -40, max: 70_000 }).map(String),
  fc.tuple(fc.nat(99999), fc.nat(999999)).map(([whole, part]) => `${whole}.${part}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.nat(1200), fc.nat(4)).map(([value, zeros]) => `${value / 10 ** zeros}e+0${zeros}`),
  fc.stringMatching(/^\d{15,24}\.?\d{0,12}$/),
  fc.constantFrom("", "-", ".", "1.", ".5", "1e", "1e5", "5E-1", "+3", "-0", "0x10", "nan", "1.5.2", "12a", "9223372036854775807", "9223372036854775808", "0.0000005", "0.0000004999", "1e-400", "0e400", "1e400"),
);
const separators = fc.constantFrom(" ", ",", ", ", "\t", " ; ", "  ");
const lines = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.array(numbers, { minLength: 3, maxLength: 5 }), separators, fc.constantFrom("\n", "\r\n", " \n", ",\n")).map(([fields, by, end]) => fields.join(by) + end) },
    { weight: 6, arbitrary: fc.tuple(fc.nat(9999), fc.nat(300), fc.nat(300), fc.constantFrom(0, 1, -1), fc.constantFrom(" ", ",")).map(([t, x, y, p, by]) => `${[t, x, y, p].join(by)}\n`) },
    fc.constantFrom("\n", "# note\n", "  % 5 5 5 5\n", "\r\n", ",\n"),
  ),
  { minLength: 1, maxLength: 40, size: "max" },
);

describe("text", () => {
  it("the WebAssembly kernel equals the definition on lines right and wrong", async () => {
    let faults = 0;
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom("s", "ms", "us", "ns"), fc.constantFrom("t x y p", "x y p t", "x - y t p"), async (content, timeUnit, columns) => {
        const bytes = Buffer.from(`0 0 0 1 0\n${content.join("")}`);
        const run = async (device: "cpu" | "wasm") => {
          const skipped: string[] = [];
          const options = { format: "text", device, timeUnit, columns, onError: "skip", onSkip: (fault: Error) => skipped.push(fault.message) } as const;
          // Rows may need a sensor that is larger than any: an error, on both alike.
          const events = await readEvents(bytes, options).catch((error: Error) => error);
          faults += skipped.length;
          return events instanceof Error ? [events.message, skipped] : [columnsOf(events), skipped, events.provenance];
        };
        assert.deepEqual(await run("wasm"), await run("cpu"));
      }),
      { numRuns: 400, seed: 40 },
    );
    assert.ok(faults > 100);
  });

  it("a table that is written is read back equal, whole numbers and seconds", async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.boolean(), async (table, seconds) => {
        const sink = memorySink("events.csv");
        await writeEvents(table, sink, seconds ? { header: { columns: "t x y p" } } : {});
        const read = await readEvents(sink.bytes(), { format: "text", ...(table.length === 0 && { columns: "t x y p" }) }).catch((error: unknown) => {
          // Without an event nothing says what the columns are, unless a header does.
          if (table.length === 0 && seconds) return undefined;
          throw error;
        });
        if (!read) return;
        assert.deepEqual(columnsOf(read), columnsOf(table));
        assert.deepEqual(read.sensor, table.sensor);
      }),
      { numRuns: 60, seed: 41 },
    );
  });

  it("reads the shapes that datasets have, and says what it assumed", async () => {
    const expected = ["1500000 3 4 1", "1500001 5 6 0"];
    const cases: Record<string, string> = {
      "RPG": "1.5 3 4 1\n1.500001 5 6 0\n",
      "with a size": "240 180\n1.5 3 4 1\n1.500001 5 6 0",
      "CSV with a header": "x,y,polarity,timestamp\r\n3,4,1,1.5\r\n5,6,0,1.500001\r\n",
      "unit in the header": "t_us;x;y;p\n1500000;3;4;1\n1500001;5;6;-1\n",
      "unit in brackets, more columns": "frame\tx\ty\tt [ns]\tp\n7\t3\t4\t1499999500\t1\n7\t5\t6\t1500001499\t0\n",
      "savetxt": "# t x y p\n1.500000000000000000e+00 3.000000000000000000e+00 4.0e+00 1.0e+00\n1.500001e0 5 6e0 0\n",
    };
    for (const [name, content] of Object.entries(cases)) {
      const events = await readEvents(Buffer.from(content));
      assert.deepEqual(rows(events), expected, name);
    }
    assert.match((await inspect(Buffer.from(cases["RPG"]))).assumptions.join(" "), /t x y p, the time in seconds/);
    assert.deepEqual((await readEvents(Buffer.from(cases["with a size"]))).sensor, { width: 240, height: 180 });
  });

  it("never guesses a unit or an order", async () => {
    await assert.rejects(readEvents(Buffer.from("t,x,y,p\n1500,3,4,1\n")), refusedWith(/timeUnit: "us"/));
    await assert.rejects(readEvents(Buffer.from("3 4 1 1500\n5 6 0 1501\n")), refusedWith(/columns in order with `columns`/));
    const read = await readEvents(Buffer.from("3 4 1 1500\n5 6 0 1501\n"), { columns: "x y p t", timeUnit: "ms" });
    assert.deepEqual(rows(read), ["1500000 3 4 1", "1501000 5 6 0"]);
    await assert.rejects(readEvents(Buffer.from("1.5 3 4 1\n"), { columns: "t x y" }), refusedWith(/each of t, x, y and p once/));
  });

  it("says which line and column is at fault, and goes on behind it where asked", async () => {
    const content = Buffer.from("1.0 1 1 1\n1.1 2 two 0\n1.2 70000 3 1\n1.3 4 4 0 9\n1.4 5 5 1\n");
    await assert.rejects(readEvents(content), refusedWith(/byte 10: expected a line of the 4 columns t x y p, got one whose column 3/));
    const skipped: string[] = [];
    const events = await readEvents(content, { onError: "skip", onSkip: (fault) => skipped.push(fault.message) });
    assert.deepEqual(rows(events), ["1000000 1 1 1", "1400000 5 5 1"]);
    assert.match(skipped[1], /x 70000/);
    assert.match(skipped[2], /byte 36.* one with more/);
  });

  it("carries lines across chunks, and refuses one without an end", async () => {
    const line = (i: number) => `${(i / 1e6).toFixed(6)} ${i % 640} ${i % 480} ${i % 2}\n`;
    const content = Buffer.from(Array.from({ length: 90_000 }, (_, i) => line(i)).join(""));
    const events = await readEvents(content);
    assert.equal(events.length, 90_000);
    assert.ok(events.t.every((t, i) => t === BigInt(i)) && events.x.every((x, i) => x === i % 640));
    await assert.rejects(readEvents(Buffer.concat([Buffer.from("1.5 1 1 1\n"), Buffer.alloc(3 << 20, 48)])), refusedWith(/lines of at most/));
  });
});
