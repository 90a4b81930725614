import assert from "node:assert/strict";
import { encode } from "fast-png";
import { crc32c } from "../../src/train/crc32c.js";
import { eventFileName, fileVersion, imageEvent, record, scalarsEvent, startEvent } from "../../src/train/tensorboard.js";

/** An event file as a training writes it. The Python package tensorboard 2.21 reads these bytes as the test says. */
function file(): Buffer {
  const png = encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(0, 255) });
  return Buffer.concat([fileVersion(1700000000.5), startEvent(1700000000.5, 300), scalarsEvent(1700000001.25, 310, { "train/l1": 0.25, "train/adversarial": -1.5 }), imageEvent(1700000002, 4_000_000_000, "samples", { width: 2, height: 1, png })].map(record));
}

describe("event files of TensorBoard", () => {
  it("have the checksum of RFC 3720", () => {
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(crc32c(Buffer.alloc(32, 255)), 0x62a8ab43);
    assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
  });

  it("are named as TensorBoard looks for them", () => {
    assert.equal(eventFileName(1700000000.5, "host", 12), "events.out.tfevents.1700000000.host.12");
  });

  it("hold the bytes that TensorBoard's reader was checked with", () => {
    // First record: length 24, its checksum, wall_time (1: double), file_version (3: text), checksum.
    const bytes = file();
    assert.equal(bytes.readBigUInt64LE(0), 24n);
    assert.equal(bytes.subarray(0, 40).toString("hex"), "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110");
    assert.equal(bytes.length, 267);
    assert.equal(crc32c(bytes), 4179625965);
  });
});
