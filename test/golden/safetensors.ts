/** Reads safetensors files: a length, a JSON header, then the tensors (little-endian). */
import { readFileSync } from "node:fs";

export type TensorData =
  | Float32Array | Float64Array | BigInt64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

export interface Tensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

const arrays = {
  F64: Float64Array, F32: Float32Array, I64: BigInt64Array, I32: Int32Array, U32: Uint32Array, I16: Int16Array,
  U16: Uint16Array, I8: Int8Array, U8: Uint8Array, BOOL: Uint8Array,
};

export function readSafetensors(path: string): ReadonlyMap<string, Tensor> {
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)) as Record<
    string, { dtype: keyof typeof arrays; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: [start, end] } = tensor;
    const copy = Uint8Array.from(bytes.subarray(8 + headerLength + start, 8 + headerLength + end));
    const Column = arrays[dtype] as new (buffer: ArrayBuffer) => TensorData;
    tensors.set(name, { data: new Column(copy.buffer), shape });
  }
  return tensors;
}
