/**
 * The display function of the kernel that this code runs in, if it runs in one.
 * @module
 */

/** A place in a notebook whose picture can be replaced. */
export interface DisplayHandle {
  update(value: unknown): void;
}

/** Shows a value. With `place` it replaces what the cell showed there before. */
export type Display = (value: unknown, options?: { readonly place?: string }) => DisplayHandle;

/** `undefined` in a plain script. */
export function displayOfKernel(): Display | undefined {
  return (globalThis as { display?: Display }).display;
}
