import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { isEvtlabError } from "../../src/errors.js";
import { createMessage, decodeMessage, encodeMessage } from "../../src/jupyter/index.js";

const signature = { key: "a0b1-secret", signature_scheme: "hmac-sha256" };
const sender = { session: "s", username: "u" };

describe("Jupyter wire", () => {
  const message = createMessage(sender, "stream", { name: "stdout", text: "größe 🙂\n" }, {
    identities: [Buffer.from([0, 1, 255])],
    buffers: [Uint8Array.of(1, 2, 3)],
  });

  it("signs the four JSON frames after the delimiter", () => {
    const frames = encodeMessage(message, signature);
    assert.equal(Buffer.from(frames[1]).toString(), "<IDS|MSG>");
    const hmac = createHmac("sha256", signature.key).update(Buffer.concat(frames.slice(3, 7))).digest("hex");
    assert.equal(Buffer.from(frames[2]).toString(), hmac);
  });

  it("reads back what it wrote", () => {
    const read = decodeMessage(encodeMessage(message, signature), signature);
    assert.deepEqual(read, message);
  });

  it("sends no signature with an empty key", () => {
    const open = { ...signature, key: "" };
    assert.equal(encodeMessage(message, open)[2].length, 0);
    assert.deepEqual(decodeMessage(encodeMessage(message, open), open), message);
  });

  it("refuses another key, missing frames and what is not JSON", () => {
    const frames = encodeMessage(message, signature);
    const broken = [
      () => decodeMessage(frames, { ...signature, key: "other" }),
      () => decodeMessage(frames.slice(0, 5), signature),
      () => decodeMessage([Buffer.from("hello")], signature),
      () => decodeMessage(frames.map((frame, i) => (i === 3 ? Buffer.from("{") : frame)), { ...signature, key: "" }),
      () => decodeMessage(frames.map((frame, i) => (i === 6 ? Buffer.from("[]") : frame)), { ...signature, key: "" }),
    ];
    for (const read of broken) assert.throws(read, (error) => isEvtlabError(error, "ProtocolError"));
  });
});
