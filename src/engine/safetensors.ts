/**
 * Tensors in `.safetensors` files (https://github.com/huggingface/safetensors): a length, a JSON header, the values.
 * @module
 */
import { FormatError } from "../errors.js";

const types = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;
type TypeName = keyof typeof types;
export type TensorValues =
  | Float64Array | Float32Array | BigInt64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** A tensor outside any engine, row-major. */
export interface StoredTensor<Values extends TensorValues = TensorValues> {
  readonly data: Values;
  readonly shape: readonly number[];
}

export interface StoredTensors {
  readonly tensors: Map<string, StoredTensor>;
  /** Text by name, from the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The parts of a file with these tensors, to be written one after another. */
export function packSafetensors(tensors: ReadonlyMap<string, StoredTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { data, shape }] of tensors) {
    const dtype = (Object.keys(types) as TypeName[]).find((type) => data instanceof types[type])!;
    header[name] = { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (text.length % 8)) % 8, " ");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length + padding.length));
  return [Buffer.concat([length, text, padding]), ...[...tensors.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/** The tensors of a file, copied. @throws FormatError for what is not a whole safetensors file; `where` names it. */
export function unpackSafetensors(bytes: Uint8Array, where: string): StoredTensors {
  const fail = (received: string): never => {
    throw new FormatError({ where, expected: "a whole safetensors file", received });
  };
  if (bytes.length < 8) fail(`${bytes.length} bytes`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > bytes.length - 8) fail(`a header of ${length} bytes in a file of ${bytes.length}`);
  let header: Record<string, unknown>;
  try {
    header = Object(JSON.parse(buffer.toString("utf8", 8, 8 + length))) as Record<string, unknown>;
  } catch (cause) {
    throw new FormatError({ where, expected: "a safetensors file with a JSON header", received: (cause as Error).message, cause });
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const values = buffer.subarray(8 + length);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: range } = Object(entry) as { dtype?: string; shape?: unknown; data_offsets?: unknown };
    if (!isSizes(shape) || !isSizes(range) || range.length !== 2) return fail(`"${name}" without shape and offsets`);
    const Values = Object.hasOwn(types, dtype ?? "") ? types[dtype as TypeName] : fail(`"${name}" of type ${dtype}`);
    const size = shape.reduce((product, axis) => product * axis, 1) * Values.BYTES_PER_ELEMENT;
    const [from, to] = range as [number, number];
    if (to - from !== size || to > values.length) fail(`"${name}" of ${size} bytes at ${from} to ${to} of ${values.length}`);
    tensors.set(name, { data: new Values(Uint8Array.from(values.subarray(from, to)).buffer), shape });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
