import type { ByteSink } from "../../src/bytes/index.js";

/** Collects what is written. */
export function memorySink(name = "memory"): ByteSink & { bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return {
    name,
    async write(bytes) {
      // A Buffer's own `slice` copies nothing.
      parts.push(new Uint8Array(bytes));
    },
    async overwrite(bytes, position) {
      const whole = Buffer.concat(parts);
      whole.set(bytes, position);
      parts.splice(0, parts.length, whole);
    },
    async close() {},
    async abort() {},
    bytes: () => Buffer.concat(parts),
  };
}
