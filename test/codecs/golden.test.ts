import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readEvents, readEventStream } from "../../src/codecs/index.js";
import { goldens, recordings } from "../golden/recordings.js";

const sha256 = (column: NodeJS.ArrayBufferView) => createHash("sha256").update(column).digest("hex");

describe("recordings equal the digests of independent readers", () => {
  for (const file of ["evt3_expelliarmus.raw", "ncars_sample.dat", "tonic_sample.aedat4", "dvs.es", "nmnist_sample.bin", "ncaltech101_faces_easy_0001.bin"]) {
    for (const device of ["cpu", "wasm"] as const) {
      it(`${file} on ${device}`, async function () {
        if (!goldens) return this.skip();
        const golden = goldens[file];
        const events = await readEvents(`${recordings}/${file}`, { device });
        assert.equal(events.length, golden.events);
        assert.equal(events.triggers.t.length, golden.triggers);
        assert.deepEqual(
          { t_i64: sha256(events.t), x_u16: sha256(events.x), y_u16: sha256(events.y), p_u8: sha256(events.p) },
          golden.sha256,
        );
      });
    }
  }

  it("generic.es, as what it is", async function () {
    if (!goldens) return this.skip();
    const golden = goldens["generic.es"] as unknown as { events: number; sha256: { t_i64: string; payloads_concatenated: string } };
    const [times, payloads] = [createHash("sha256"), createHash("sha256")];
    let events = 0;
    for await (const batch of readEventStream(`${recordings}/generic.es`)) {
      assert.ok(batch.type === "generic");
      events += batch.t.length;
      times.update(batch.t);
      for (const bytes of batch.bytes) payloads.update(bytes);
    }
    assert.equal(events, golden.events);
    assert.deepEqual({ t_i64: times.digest("hex"), payloads_concatenated: payloads.digest("hex") }, golden.sha256);
  });

  it("generic.es as a recording is refused with a sentence that says what it holds", async function () {
    if (!goldens) return this.skip();
    const golden = goldens["generic.es"] as unknown as { events: number; payload_bytes: number; t_max: number };
    await assert.rejects(readEvents(`${recordings}/generic.es`), {
      tag: "FormatError",
      received: `a generic Event Stream: ${golden.events} pieces of bytes without pixels, ${golden.payload_bytes} bytes in all, the last at ${golden.t_max} µs`,
    });
  });
});

describe("files of an independent writer hold the events that went into them", () => {
  const { columns, files } = JSON.parse(readFileSync(new URL("../golden/evutils-raw.json", import.meta.url), "utf8")) as {
    columns: Record<"t" | "x" | "y" | "p", number[]>;
    files: Record<string, string>;
  };
  for (const [format, base64] of Object.entries(files)) {
    for (const device of ["cpu", "wasm"] as const) {
      it(`${format} on ${device}`, async () => {
        const { t, x, y, p, sensor, provenance } = await readEvents(Buffer.from(base64, "base64"), { device });
        assert.deepEqual({ t: Array.from(t, Number), x: Array.from(x), y: Array.from(y), p: Array.from(p) }, columns);
        assert.deepEqual([sensor, provenance], [{ width: 1280, height: 720 }, { format, assumptions: [] }]);
      });
    }
  }
});
