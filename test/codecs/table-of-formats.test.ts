/**
 * The table of formats in the README, made here from what each format was seen to do. After a change:
 * EVTLAB_REWRITE_README=1 npx mocha test/codecs/table-of-formats.test.ts
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codec, codecNames, openRecording, readEvents, streamEvents, writeEvents, type EventCodec } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { counts } from "../fuzz/counts.js";
import { collect } from "./collect.js";
import { memorySink } from "./memory-sink.js";
import { samples, type Sample } from "./samples.js";

const columns = ["read", "write", "seek", "stream", "tail", "triggers", "frames", "imu", "fuzzed"] as const;
const [begin, end] = ["<!-- formats: made by test/codecs/table-of-formats.test.ts -->", "<!-- end of formats -->"];

const triggers = { t: BigInt64Array.of(5n, 70_000n), id: Uint8Array.of(3, 1), p: Uint8Array.of(1, 0) };

const rows = ({ t, x, y, p }: Pick<EventTable, "t" | "x" | "y" | "p">) => Array.from(t, (time, i) => `${time} ${x[i]} ${y[i]} ${p[i]}`);

describe("the table of formats", function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-formats-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("in the README says what each format was seen to do", async () => {
    const files = await samples();
    const lines: string[] = [];
    for (const name of codecNames()) {
      const format = await codec(name);
      const own = Object.entries(files).filter(([, sample]) => sample.format === name);
      assert.ok(own.length > 0, `no sample of ${name}`);
      const seen = await observe(format, own[0]![1], folder);
      const mutations = own.reduce((sum, [sample]) => sum + (counts[sample] ?? 0), 0);
      const cells = columns.map((column) => (column === "fuzzed" ? mutations.toLocaleString("en") : seen[column] === true ? "yes" : seen[column] || ""));
      lines.push(`| ${format.title} | \`${name}\` | ${cells.join(" | ")} | ${format.source} |`);
    }
    const table = [`| format | name | ${columns.join(" | ")} | after |`, `|---|---|${columns.map(() => "---|").join("")}---|`, ...lines].join("\n");
    const readme = readFileSync("README.md", "utf8");
    const [before, rest = ""] = readme.split(begin) as [string, string?];
    const now = `${before}${begin}\n${table}\n${end}${rest.split(end)[1] ?? ""}`;
    if (process.env["EVTLAB_REWRITE_README"]) writeFileSync("README.md", now);
    assert.ok(now === readFileSync("README.md", "utf8"), `README.md should have:\n${table}`);
  });
});

/** Does it all with a real file: what a format claims and does not do fails here. */
async function observe(format: EventCodec, { bytes, options, table }: Sample, folder: string): Promise<Record<(typeof columns)[number], boolean | string>> {
  const { name } = format;
  const path = join(folder, `${name}.sample`);
  writeFileSync(path, bytes);
  const all = await readEvents(path, options);
  assert.ok(all.length > 0, name);

  let streamed: string[] = [];
  for await (const batch of streamEvents(path, { ...options, batch: { events: 50 } })) {
    assert.ok(batch.length <= 50, name);
    streamed = streamed.concat(rows(batch));
  }
  assert.deepEqual(streamed, rows(all), `${name} streamed`);

  if (format.write) {
    const sink = memorySink();
    await writeEvents(table!, sink, { format: name, shift: name === "v2e-hdf5" });
    const again = await readEvents(sink.bytes(), { ...options, format: name });
    assert.equal(again.length, table!.length, name);
    assert.deepEqual(rows(again), rows(all), `${name} written and read`);
  }

  // Those that are only read are seen in aedat.test.ts and rosbag.test.ts.
  for (const kind of ["frames", "imu"] as const) {
    if (!format.holds?.includes(kind)) continue;
    const frame = { t: 70_000n, width: 2, height: 1, channels: 1, data: Uint8Array.of(3, 9) } as const;
    const samples = { t: BigInt64Array.of(70_000n), acceleration: Float32Array.of(0, 0, 0), rotation: Float32Array.of(0, 0, 0) };
    const sink = memorySink();
    await writeEvents(table!, sink, { format: name, ...(kind === "frames" ? { frames: [frame] } : { imu: samples }) });
    await using again = await openRecording(Buffer.from(sink.bytes()));
    assert.deepEqual(await collect<unknown>(again[kind]()), [kind === "frames" ? frame : samples], `${name}: ${kind}`);
  }
  const beside = (kind: "frames" | "imu") => (format.holds?.includes(kind) ? "read, write" : format[kind] ? "read" : false);

  const seeks = format.bookmarks || format.readWindow !== undefined;
  const ordered = all.t.toSorted();
  const [from, to] = [ordered[Math.floor(all.length / 3)]!, ordered[Math.floor(all.length / 2)]! + 1n];
  const recording = await openRecording(path, options);
  const part = await recording.events({ from, to });
  assert.deepEqual(rows(part), rows(all).filter((_, i) => all.t[i]! >= from && all.t[i]! < to), `${name} from ${from} to ${to}`);
  await recording.close();

  // What a file that grows gives is seen in follow.test.ts.
  const seen = { read: true, write: format.write !== undefined, seek: seeks, stream: true, tail: format.tail === true, frames: beside("frames"), imu: beside("imu"), fuzzed: true };
  if (format.triggers === "apart") {
    const noEvents = new EventTable({ t: all.t.subarray(0, 0), x: all.x.subarray(0, 0), y: all.y.subarray(0, 0), p: all.p.subarray(0, 0) }, { ...table!, triggers });
    const sink = memorySink();
    await writeEvents(noEvents, sink, { format: name });
    const again = await readEvents(sink.bytes());
    assert.deepEqual([again.length, again.triggers], [0, triggers], name);
    return { ...seen, triggers: "apart" };
  }
  if (table !== undefined) assert.equal(all.triggers.t.length > 0, format.triggers, `${name}: triggers`);
  return { ...seen, triggers: format.triggers };
}
