/**
 * tfjs-backend-wasm in a process whose cells are interrupted.
 * @module
 */
import type { KernelBackend } from "@tensorflow/tfjs-core";
import { whole } from "../unwound.js";
import type { Core } from "./core.js";

/** What the backend of TensorFlow.js calls on its heap: an interrupt in the middle of an allocation would damage that for good. */
interface WasmModule {
  cwrap(name: string, ...types: unknown[]): HeapCall;
  _malloc: HeapCall;
  _free: HeapCall;
  readonly asm: { readonly malloc: HeapCall; readonly free: HeapCall };
  readonly tfjs: Record<string, HeapCall>;
}
type HeapCall = (...args: number[]) => number;

/** Before the backend is made. */
export function keepWhole(tf: Core): void {
  const make = tf.findBackendFactory("wasm")!;
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", async () => {
    const backend = (await make()) as KernelBackend & { readonly wasm: WasmModule };
    const { wasm } = backend;
    const { cwrap } = wasm;
    wasm.cwrap = (...named) => whole(cwrap(...named));
    // As they are there, these put others in their place when they are first called.
    wasm._malloc = whole(wasm.asm.malloc);
    wasm._free = whole(wasm.asm.free);
    for (const [name, call] of Object.entries(wasm.tfjs)) wasm.tfjs[name] = whole(call);
    return backend;
  }, 2);
}

/**
 * Emscripten's programs listen for what nobody caught and throw it again, which ends a process that has listeners of its
 * own for it, such as a kernel whose cell is interrupted. What `start` adds of these is taken away again.
 */
export async function withoutRethrowing(start: () => Promise<void>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((event) => process.rawListeners(event));
  try {
    await start();
  } finally {
    for (const [i, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]!.includes(listener) && /\bthrow\b/.test(String(listener))) process.removeListener(event, listener as () => void);
      }
    }
  }
}
