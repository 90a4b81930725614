/** JPEG pictures have the pixels that Pillow and OpenCV read; damaged ones are refused, and the next one is read. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import jpeg from "jpeg-js";
import { decodeJpeg, encodeJpeg } from "../../src/bytes/jpeg.js";

interface Golden {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly sha256: string;
}
const goldens = JSON.parse(readFileSync("test/golden/jpeg.json", "utf8")) as Golden[];
const most = 1e6;

describe("JPEG", () => {
  for (const { name, width, height, file, sha256 } of goldens) {
    it(`${name}: the pixels that Pillow and OpenCV read`, async () => {
      const picture = await decodeJpeg(Buffer.from(file, "base64"), most);
      assert.deepEqual([picture.width, picture.height], [width, height]);
      assert.equal(createHash("sha256").update(picture.data).digest("hex"), sha256);
    });
  }

  it("what is written is read by another program, near to what it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 4), fc.nat(200), async (width, height, channels, level) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => level + 30 * Math.sin(Math.floor(i / channels) / 9));
        const bytes = await encodeJpeg({ width, height, channels: channels as 1 | 3 | 4, data }, 95);
        const there = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false });
        assert.deepEqual([there.width, there.height], [width, height]);
        const here = await decodeJpeg(bytes, most);
        for (let pixel = 0; pixel < width * height; pixel++) {
          const was = data[pixel * channels]!;
          assert.ok(Math.abs(there.data[3 * pixel]! - was) < 24 && Math.abs(here.data[3 * pixel]! - was) < 24);
        }
      }),
      { numRuns: 60, seed: 91 },
    );
  });

  it("damaged and cut-off files are refused, hostile sizes before they are unpacked, and the next file is read", async () => {
    const whole = Buffer.from(goldens[0]!.file, "base64");
    for (const bytes of [whole.subarray(0, 640), whole.subarray(0, 100), Buffer.from([255, 216, 255, 217]), Buffer.from([255, 216])]) {
      await assert.rejects(decodeJpeg(bytes, most), Error);
    }
    const huge = Buffer.from(whole);
    const header = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(65_000, header + 5);
    huge.writeUInt16BE(65_000, header + 7);
    await assert.rejects(decodeJpeg(huge, most), RangeError);
    assert.equal((await decodeJpeg(whole, most)).width, goldens[0]!.width);
  });

  it("bytes between markers, as cameras leave them, change no pixel", async () => {
    const whole = Buffer.from(goldens[0]!.file, "base64");
    const table = whole.indexOf(Buffer.from([0xff, 0xdb]));
    const padded = Buffer.concat([whole.subarray(0, table), Buffer.from([0, 0, 0]), whole.subarray(table)]);
    assert.deepEqual(await decodeJpeg(padded, most), await decodeJpeg(whole, most));
  });
});
