/**
 * The display function of the kernel that this code runs in, if it runs in one.
 * @module
 */

/** A place in a notebook whose picture can be replaced. */
export interface DisplayHandle {
  update(value: unknown): void;
}

/** `undefined` in a plain script. */
export function displayOfKernel(): ((value: unknown) => DisplayHandle) | undefined {
  return (globalThis as { display?: (value: unknown) => DisplayHandle }).display;
}
