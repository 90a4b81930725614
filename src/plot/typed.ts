/**
 * Typed arrays in Plotly's JSON: base64 with a dtype (plotly.js 2.28 and later), half the size of
 * written numbers and exact.
 * @module
 */
import { toBase64 } from "./svg.js";

export interface TypedArraySpec {
  readonly dtype: "u1" | "u2" | "f4" | "f8";
  readonly bdata: string;
}

export function typed(values: Uint8Array | Uint16Array | Float32Array | Float64Array): TypedArraySpec {
  const dtype =
    values instanceof Uint8Array ? "u1" : values instanceof Uint16Array ? "u2" : values instanceof Float32Array ? "f4" : "f8";
  return { dtype, bdata: toBase64(values) };
}
