/** Bytes that are already in memory. */
import type { ByteSource } from "./source.js";

/** Reads from `bytes`, which are shared and not copied. */
export function memorySource(bytes: Uint8Array | ArrayBuffer, name = "memory"): ByteSource {
  const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return {
    name,
    size: all.length,
    async read(target, position) {
      const part = all.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    async close() {},
  };
}
