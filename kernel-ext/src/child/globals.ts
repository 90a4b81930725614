/**
 * Names that every cell has.
 * @module
 */
import { clearOutput, display } from "./display.js";

declare global {
  /** Shows a value in the output of the cell; `update` of the returned handle replaces it. */
  function display(value: unknown, options?: import("./display.js").DisplayOptions): import("./display.js").DisplayHandle;
  /** Empties the output of the cell; with `wait` only when the next output comes. */
  function clearOutput(wait?: boolean): void;
}

export function provideGlobals(): void {
  for (const [name, value] of Object.entries({ display, clearOutput })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
