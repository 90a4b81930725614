/**
 * Messages as ZeroMQ frames: identities, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers.
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";

import { ProtocolError } from "../errors.js";
import type { Message } from "./messages.js";

const delimiter = Buffer.from("<IDS|MSG>");

/** The shared secret of a connection file. */
export interface Signature {
  /** Empty: messages are not signed. */
  readonly key: string;
  /** Such as `hmac-sha256`. */
  readonly signature_scheme: string;
}

function sign(parts: readonly Uint8Array[], { key, signature_scheme }: Signature): string {
  if (key === "") return "";
  const hmac = createHmac(signature_scheme.replace(/^hmac-/, ""), key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

/** The frames of a message, signed. */
export function encodeMessage(message: Message, signature: Signature): Uint8Array[] {
  const parts = [message.header, message.parent_header, message.metadata, message.content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...message.identities, delimiter, Buffer.from(sign(parts, signature)), ...parts, ...message.buffers];
}

/**
 * The message in the frames.
 * @throws ProtocolError when frames are missing, are not JSON, or are signed with another key.
 */
export function decodeMessage(frames: readonly Uint8Array[], signature: Signature): Message {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  if (at < 0) throw new ProtocolError({ where: "Jupyter message", expected: "a frame <IDS|MSG>", received: `${frames.length} frames without it` });
  const parts = frames.slice(at + 2, at + 6);
  if (parts.length < 4) {
    throw new ProtocolError({ where: "Jupyter message", expected: "a signature and four JSON frames after <IDS|MSG>", received: `${frames.length - at - 1} frames` });
  }
  const expected = Buffer.from(sign(parts, signature));
  const received = frames[at + 1];
  if (signature.key !== "" && (expected.length !== received.length || !timingSafeEqual(expected, received))) {
    throw new ProtocolError({
      where: "Jupyter message",
      expected: "a signature made with the key of the connection file",
      received: "another one",
      next: "Check that client and kernel read the same connection file",
    });
  }
  const [header, parent_header, metadata, content] = parts.map(parse);
  if (typeof header.msg_type !== "string" || typeof header.msg_id !== "string") {
    throw new ProtocolError({ where: "header of a Jupyter message", expected: "msg_type and msg_id", received: JSON.stringify(header) });
  }
  return { identities: frames.slice(0, at), header, parent_header, metadata, content, buffers: frames.slice(at + 6) } as unknown as Message;
}

function parse(frame: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString());
  } catch (cause) {
    throw new ProtocolError({ where: "Jupyter message", expected: "JSON", received: `${frame.byteLength} bytes that are not`, cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError({ where: "Jupyter message", expected: "a JSON object", received: JSON.stringify(value) });
  }
  return value as Record<string, unknown>;
}
