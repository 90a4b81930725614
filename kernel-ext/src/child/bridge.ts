/**
 * The one global name that transformed cells use.
 * @module
 */

import type { jupyter } from "./deno.js";

export interface Bridge {
  /** Value of the last expression of the cell. */
  value: unknown;
  /** What a cell threw. */
  thrown: unknown;
  /** Loads a module from the notebook's folder; throws when it lacks one of `names`. */
  import: (specifier: string, names?: readonly string[], options?: ImportCallOptions) => Promise<Record<string, unknown>>;
  /** Stands for `import.meta`. */
  meta: { readonly url: string; readonly dirname: string; readonly filename: string; readonly resolve: (specifier: string) => string };
  /** Stands for `Deno.jupyter`. */
  jupyter: typeof jupyter;
}

export const bridge = {} as Bridge;
Object.defineProperty(globalThis, "__evtlab__", { value: bridge });
