/** Memory that does not grow with the file. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";

const built = pathToFileURL("dist/src/codecs/index.js").href;

/** Peak memory of a program of its own, in megabytes. */
function peak(program: string, ...args: readonly string[]): number {
  const script = `import * as codecs from ${JSON.stringify(built)};\n${program}\nconsole.log(process.resourceUsage().maxRSS);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script, ...args], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return Number(stdout) / 1024;
}

describe("memory", function () {
  this.timeout(120_000);
  let folder: string;
  const sizes = [500_000, 4_000_000];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-memory-"));
    for (const size of sizes) {
      async function* parts(): AsyncGenerator<EventTable> {
        for (let start = 0; start < size; start += 250_000) {
          const index = Array.from({ length: 250_000 }, (_, i) => start + i);
          yield EventTable.from(
            { t: BigInt64Array.from(index, (i) => BigInt(i)), x: Uint16Array.from(index, (i) => (i * 7) % 1280), y: Uint16Array.from(index, (i) => (i * 3) % 720), p: Uint8Array.from(index, (i) => i & 1) },
            { sensor: { width: 1280, height: 720 } },
          );
        }
      }
      await writeEvents(parts(), join(folder, `${size}.raw`));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  it("reading and converting batch by batch takes as much for eight times the events", () => {
    const count = "let events = 0; for await (const { length } of codecs.streamEvents(process.argv[1])) events += length; if (events !== Number(process.argv[2])) throw new Error(String(events));";
    const convert = (ending: string) => `await codecs.writeEvents(codecs.streamEvents(process.argv[1]), process.argv[1] + ".${ending}");`;
    for (const program of [count, convert("aedat4"), convert("csv.gz"), convert("hdf5")]) {
      const [small, large] = sizes.map((size) => peak(program, join(folder, `${size}.raw`), String(size)));
      // As a table 3.5 million events more take 46 MB, and twice that while they are read; evlib takes 440 MB more.
      assert.ok(large! < small! + 40 && large! < 300, `${program}: ${small} MB, then ${large} MB`);
    }
  });
});
