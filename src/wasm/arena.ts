/**
 * One WebAssembly instance with its own memory: where hot loops run.
 *
 * Decoders, builders and the simulator share the module `kernels.wasm` (AssemblyScript, `assembly/`), and each use
 * gets an arena of its own. A kernel never allocates: the caller places inputs, outputs and state in the arena and
 * passes byte offsets. Views die when the memory grows, so allocate first and take views afterwards.
 *
 * The shape of a kernel that streams (decoders today, the simulator later): it is given the offset of one block of
 * state, laid out in one TypeScript file and mirrored in one assembly file (`decode-block.ts`), takes input from
 * `position` until the input or the room for output is used up, notes counts and a fault in the block, and keeps what
 * it must remember in registers behind it. Its TypeScript definition works on the same block in plain memory, so that
 * both are compared field by field. Input is read straight into the block; what leaves it is copied once.
 * @module
 */
import { readFileSync } from "node:fs";
import { DeviceError } from "../errors.js";
import type { Kernels } from "./kernels.js";

export type { Kernels };

const pageSize = 65536;
/** Memory that one arena may reach: WebAssembly addresses 4 GiB, and no kernel needs a quarter of it. */
const maxPages = 16384;

let compiled: WebAssembly.Module | undefined;

/** The compiled kernels. Another thread can be given them, and then need not compile them again. */
export function kernelModule(given?: WebAssembly.Module): WebAssembly.Module {
  compiled ??= given ?? new WebAssembly.Module(readFileSync(new URL("./kernels.wasm", import.meta.url)));
  return compiled;
}

export class Arena {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  readonly #base: number;
  #top: number;
  /** Bytes from here on were never handed out: they are zero, as WebAssembly makes them. */
  #pristine: number;

  constructor() {
    this.#memory = new WebAssembly.Memory({ initial: 16, maximum: maxPages });
    const instance = new WebAssembly.Instance(kernelModule(), { env: { memory: this.#memory, abort } });
    this.kernels = instance.exports as unknown as Kernels;
    this.#base = this.kernels.heapBase();
    this.#top = this.#base;
    this.#pristine = this.#base;
  }

  /** Reserves zeroed-or-stale bytes and returns their offset, a multiple of 16. Invalidates views if memory grows. */
  alloc(bytes: number): number {
    const offset = (this.#top + 15) & ~15;
    const end = offset + bytes;
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / pageSize);
    if (missing > 0) {
      try {
        this.#memory.grow(missing);
      } catch (cause) {
        throw new DeviceError({
          where: "wasm arena",
          expected: `room for ${bytes} bytes`,
          received: `${this.#memory.buffer.byteLength} bytes in use of at most ${maxPages * pageSize}`,
          cause,
        });
      }
    }
    this.#top = end;
    return offset;
  }

  /** Forgets all that was allocated; the memory stays for the next use. */
  reset(): void {
    this.#pristine = Math.max(this.#pristine, this.#top);
    this.#top = this.#base;
  }

  /** Zeroes bytes just allocated; those that no earlier use can have written are zero already and stay untouched. */
  clear(offset: number, bytes: number): void {
    const end = Math.min(offset + bytes, this.#pristine);
    if (end > offset) this.u8(offset, end - offset).fill(0);
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }
  u8(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, offset, length);
  }
  u16(offset: number, length: number): Uint16Array {
    return new Uint16Array(this.#memory.buffer, offset, length);
  }
  i32(offset: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, offset, length);
  }
  u32(offset: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, offset, length);
  }
  f32(offset: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, offset, length);
  }
  f64(offset: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, offset, length);
  }
  i64(offset: number, length: number): BigInt64Array {
    return new BigInt64Array(this.#memory.buffer, offset, length);
  }
}

function abort(): never {
  throw new DeviceError({ where: "wasm kernel", expected: "a kernel that ends", received: "an abort inside it" });
}
