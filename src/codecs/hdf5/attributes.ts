/**
 * Attributes of an object as text: strings of fixed and variable length, and numbers, up to four of them.
 * @module
 */
import type { AddressedBytes } from "./addressed.js";
import { BrokenHdf5, messageType, parseAttribute, Reader } from "./header.js";
import { readMessages } from "./object-header.js";
import type { Hdf5Type } from "./types.js";

export async function readAttributes(file: AddressedBytes, address: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { type: kind, bytes } of await readMessages(file, address)) {
    if (kind !== messageType.attribute) continue;
    const { name, type, shape, data } = parseAttribute(bytes);
    const count = shape.reduce((product, length) => product * length, 1);
    if (count < 1 || count > 4) continue;
    const values: (string | undefined)[] = [];
    for (let i = 0; i < count; i++) {
      const part = data.subarray(i * type.size);
      values.push(type.kind === "variable" ? await heapText(file, part) : scalarText(type, part));
    }
    if (!values.includes(undefined)) found[name] = values.join(",");
  }
  return found;
}

/** A string of variable length: its place in a global heap. */
async function heapText(file: AddressedBytes, data: Uint8Array): Promise<string | undefined> {
  const place = new Reader(data);
  const length = place.u32();
  const [address, wanted] = [place.u64(), place.u32()];
  if (length === 0 || address < 0) return "";
  if (length > 1 << 20) return undefined;
  const head = new Reader(await file.read(address, 16));
  if (Buffer.from(head.take(4)).toString("latin1") !== "GCOL") throw new BrokenHdf5(`no heap of strings at ${address}`);
  head.skip(4);
  const size = head.u64();
  if (size < 16 || size > 1 << 24) throw new BrokenHdf5(`a heap of strings of ${size} bytes`);
  const heap = new Reader(await file.read(address, size), 16);
  while (heap.at + 16 <= size) {
    const index = heap.u16();
    heap.skip(6);
    const bytes = heap.u64();
    if (index === 0) break;
    const text = heap.take(bytes);
    if (index === wanted) return Buffer.from(text.subarray(0, length)).toString("utf8").replace(/\0.*$/s, "");
    heap.skip(Math.min((8 - (bytes % 8)) % 8, size - heap.at));
  }
  return undefined;
}

function scalarText(type: Hdf5Type, data: Uint8Array): string | undefined {
  if (data.length < type.size) return undefined;
  if (type.kind === "string") return Buffer.from(data.subarray(0, type.size)).toString("utf8").replace(/\0.*$/s, "");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = !type.bigEndian;
  if (type.kind === "float") return type.size === 8 ? String(view.getFloat64(0, little)) : type.size === 4 ? String(view.getFloat32(0, little)) : undefined;
  if (type.kind !== "integer" || type.size > 8) return undefined;
  let value = 0n;
  for (let i = 0; i < type.size; i++) value |= BigInt(data[little ? i : type.size - 1 - i]) << BigInt(8 * i);
  return String(type.signed ? BigInt.asIntN(8 * type.size, value) : value);
}
