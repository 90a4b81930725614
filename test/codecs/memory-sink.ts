import type { ByteSink } from "../../src/bytes/index.js";

/** Collects what is written. */
export function memorySink(name = "memory"): ByteSink & { bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return {
    name,
    async write(bytes) {
      parts.push(bytes.slice());
    },
    async close() {},
    async abort() {},
    bytes: () => Buffer.concat(parts),
  };
}
