/** A vector added to every row. @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";

/** `x` [..., C] plus `bias` [C]. */
export function addBias<T extends Tensor>(x: T, bias: Tensor): T {
  return core().add(x, bias);
}
