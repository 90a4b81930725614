/**
 * The one copy of tfjs-core that all engines share.
 * @module
 */
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";
import { whenUnwound } from "../unwound.js";

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
  whenUnwound(leaveScopes);
  return tf;
}

/** The part of the engine's state that tells how deep inside of what it is. */
interface Depths {
  readonly scopeStack: readonly unknown[];
  kernelDepth: number;
  gradientDepth: number;
  activeTape: unknown;
}

/** Out of every `tidy`, gradient and kernel: inside of a kernel no gradient is recorded. */
function leaveScopes(): void {
  const engine = (require("@tensorflow/tfjs-core") as Core).engine();
  const state = engine.state as unknown as Depths;
  while (state.scopeStack.length > 0) engine.endScope();
  Object.assign(state, { kernelDepth: 0, gradientDepth: 0, activeTape: null });
}
