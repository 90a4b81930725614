/**
 * The one copy of tfjs-core that all engines share.
 * @module
 */
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";

export type Core = typeof TensorFlow;

// tfjs ships CommonJS for Node; a require that runs when it is needed keeps the start of every program fast.
const require = createRequire(import.meta.url);

/**
 * tfjs-core, with the gradients that its Node build leaves out. Its operations run on the engine in use, so choose one
 * ({@link currentEngine}) before the first of them.
 */
export function core(): Core {
  const tf = require("@tensorflow/tfjs-core") as Core;
  if (tf.getGradient("Conv2D") === undefined) require("./gradients.cjs");
  return tf;
}
