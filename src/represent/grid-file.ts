/**
 * Grids in files: `.safetensors` and `.npz` for programs, `.png` for people.
 *
 * A `.safetensors` file holds the tensor "grid" and what the grid knows of itself as metadata; the format's source is
 * https://github.com/huggingface/safetensors. A `.npz` file holds the array `grid` and, beside it, `channels` (text),
 * `window` (int64, microseconds) and `representation` (text), as `numpy.savez` would write them.
 * @module
 */
import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { strToU8, unzipSync, zipSync } from "fflate";
import { packSafetensors, unpackSafetensors } from "../engine/index.js";
import { FormatError, SourceError } from "../errors.js";
import type { SensorWindow } from "../events/time.js";
import type { Device, GridData, GridLike, GridShape } from "./representation.js";

/** What is in a file, besides the numbers. */
export interface GridOrigin {
  readonly representation: string;
  readonly window: SensorWindow;
  readonly device: Device;
}
export interface StoredGrid {
  readonly grid: GridLike;
  readonly from: GridOrigin;
}

const types = {
  F32: [Float32Array, "<f4"],
  U8: [Uint8Array, "|u1"],
  I8: [Int8Array, "|i1"],
  U16: [Uint16Array, "<u2"],
  I16: [Int16Array, "<i2"],
  U32: [Uint32Array, "<u4"],
  I32: [Int32Array, "<i4"],
} as const;
type TypeName = keyof typeof types;
const mostBytes = 2 ** 32 - 1;

function typeOf(data: GridData): TypeName {
  return (Object.keys(types) as TypeName[]).find((name) => data instanceof types[name][0])!;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Header and data of a safetensors file. */
export function toSafetensors({ data, shape, channels }: GridLike, from: GridOrigin): readonly [Uint8Array, Uint8Array] {
  const bytes = bytesOf(data);
  const metadata = {
    format: "evtlab-grid",
    representation: from.representation,
    channels: JSON.stringify(channels),
    from: String(from.window.from),
    to: String(from.window.to),
    device: from.device,
    crc32: String(crc32(bytes)),
  };
  return packSafetensors(new Map([["grid", { data, shape }]]), metadata) as [Uint8Array, Uint8Array];
}

/** @throws FormatError when it is no grid of ours, or damaged. */
export function fromSafetensors(file: Uint8Array, path: string): StoredGrid {
  const { tensors, metadata: stored } = unpackSafetensors(file, path);
  try {
    const found = tensors.get("grid");
    if (found === undefined) throw new Error("no tensor of that name");
    const metadata = stored as Readonly<Record<"representation" | "channels" | "from" | "to" | "device" | "crc32", string>>;
    const data = found.data as GridData;
    const shape = found.shape as unknown as GridShape;
    if (crc32(bytesOf(data)) !== Number(metadata.crc32)) throw new Error("a checksum that differs");
    return {
      grid: { data, shape, channels: JSON.parse(metadata.channels) as string[] },
      from: {
        representation: metadata.representation,
        window: { from: BigInt(metadata.from), to: BigInt(metadata.to) },
        device: metadata.device as Device,
      },
    };
  } catch (cause) {
    throw new FormatError({ where: path, expected: "a grid in a safetensors file that evtlab wrote", received: (cause as Error).message, cause });
  }
}

/** @throws FormatError for a grid of 4 GiB and more, which a zip archive cannot hold. */
export function toNpz({ data, shape, channels }: GridLike, from: GridOrigin): Uint8Array {
  if (data.byteLength > mostBytes / 2) {
    throw new FormatError({ where: "npz", expected: "a grid below 2 GiB", received: `${data.byteLength} bytes`, next: "Save it as .safetensors" });
  }
  const files = {
    "grid.npy": npy(types[typeOf(data)][1], `(${shape.join(", ")},)`, bytesOf(data)),
    "channels.npy": npyText(channels, `(${channels.length},)`),
    "window.npy": npy("<i8", "(2,)", bytesOf(BigInt64Array.of(from.window.from, from.window.to))),
    "representation.npy": npyText([from.representation], "()"),
  };
  return zipSync(files, { level: 0 });
}

function npy(descr: string, shape: string, bytes: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + "\n";
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", 0, "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, strToU8(padded, true), bytes]);
}

/** Strings of UTF-32, all as long as the longest. */
function npyText(strings: readonly string[], shape: string): Uint8Array {
  const length = Math.max(1, ...strings.map((text) => [...text].length));
  const words = new Uint32Array(strings.length * length);
  strings.forEach((text, i) => words.set(Array.from(text, (character) => character.codePointAt(0)!), i * length));
  return npy(`<U${length}`, shape, bytesOf(words));
}

/** The grid in an `.npz` file as {@link toNpz} writes it. @throws FormatError */
export function fromNpz(file: Uint8Array, path: string): StoredGrid {
  try {
    const files = unzipSync(file, { filter: ({ name, originalSize }) => /^(grid|channels|window|representation)\.npy$/.test(name) && originalSize <= mostBytes / 2 });
    const array = (name: string) => {
      const bytes = files[`${name}.npy`];
      if (!bytes) throw new Error(`no array "${name}"`);
      const start = 10 + bytes[8]! + 256 * bytes[9]!;
      const [, descr, shape] = /'descr': '([^']+)'.*'shape': \(([^)]*)\)/.exec(Buffer.from(bytes.subarray(10, start)).toString("latin1")) ?? [];
      if (descr === undefined || shape === undefined) throw new Error(`no header of "${name}"`);
      return { descr, shape: shape.split(",").filter((size) => size.trim() !== "").map(Number), bytes: bytes.slice(start) };
    };
    const text = ({ descr, bytes }: ReturnType<typeof array>) => {
      const length = Number(descr.slice(2));
      const words = new Uint32Array(bytes.buffer);
      return Array.from({ length: words.length / length }, (_, i) => String.fromCodePoint(...words.subarray(i * length, (i + 1) * length).filter((word) => word > 0)));
    };
    const { descr, shape, bytes } = array("grid");
    const found = Object.values(types).find(([, name]) => name === descr);
    if (!found) throw new Error(`values of type ${descr}`);
    const data = new found[0](bytes.buffer);
    if (shape.length !== 3 || data.length !== shape.reduce((product, size) => product * size, 1)) throw new Error(`shape [${shape.join(", ")}] and ${data.length} values`);
    const [from, to] = new BigInt64Array(array("window").bytes.buffer) as unknown as [bigint, bigint];
    return {
      grid: { data, shape: shape as unknown as GridShape, channels: text(array("channels")) },
      from: { representation: text(array("representation"))[0]!, window: { from, to }, device: "cpu" },
    };
  } catch (cause) {
    throw new FormatError({ where: path, expected: "a grid in an npz file that evtlab wrote", received: (cause as Error).message, cause });
  }
}

/** What is in a `.safetensors` or `.npz` file. @throws SourceError, FormatError */
export async function readStored(path: string): Promise<StoredGrid> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new SourceError({ where: path, expected: "a readable file", received: (cause as Error).message, cause });
  });
  return endingOf(path) === "npz" ? fromNpz(file, path) : fromSafetensors(file, path);
}

export function endingOf(path: string): string {
  return /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}
