/**
 * The one global name that transformed cells use.
 * @module
 */

import type { jupyter } from "./deno.js";
import type { bundleNow, bundleOf } from "./display.js";

export interface Bridge {
  /** Value of the last expression by the number of its cell. */
  readonly values: { [cell: number]: unknown };
  /** What a cell threw. */
  thrown: unknown;
  /** Loads a module from the notebook's folder; throws when it lacks one of `names`. */
  import: (specifier: string, names?: readonly string[], options?: ImportCallOptions) => Promise<Record<string, unknown>>;
  /** Stands for `import.meta`. */
  meta: { readonly url: string; readonly dirname: string; readonly filename: string; readonly resolve: (specifier: string) => string };
  /** The forms of a value, for the debugger; `bundleNow` waits for no promise. */
  bundleOf: typeof bundleOf;
  bundleNow: typeof bundleNow;
  /** Stands for `Deno.jupyter`. */
  jupyter: typeof jupyter;
}

export const bridge = { values: {} } as Bridge;
Object.defineProperty(globalThis, "__evtlab__", { value: bridge });
