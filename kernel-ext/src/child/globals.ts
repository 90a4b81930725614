/**
 * Names that every cell has.
 * @module
 */
import { bridge } from "./bridge.js";
import { onCommOpen, openComm } from "./comms.js";
import { jupyter } from "./deno.js";
import { bundleNow, bundleOf, clearOutput, display } from "./display.js";
import { alert, confirm, input, prompt } from "./input.js";

/** Where libraries find the channels of the kernel, if they run in one. */
const comms = { openComm, onCommOpen } as const;

declare global {
  /** Asks the person at the front end for a line of text; with `password` it stays hidden. */
  function input(prompt?: string, options?: import("./input.js").InputOptions): Promise<string>;
  /** Asks and stands still until the answer is there. */
  function prompt(message?: string, preset?: string): string;
  /** Asks a question of yes or no, and stands still until the answer is there. */
  function confirm(message?: string): boolean;
  /** Shows a message and waits for Enter. */
  function alert(message?: string): void;
  /** Channels to the front end. */
  const comms: { readonly openComm: typeof import("./comms.js").openComm; readonly onCommOpen: typeof import("./comms.js").onCommOpen };
  namespace Deno {
    /** The display functions of Deno's kernel. */
    const jupyter: typeof import("./deno.js").jupyter;
  }
  /** Shows a value in the output of the cell; `update` of the returned handle replaces it. */
  function display(value: unknown, options?: import("./display.js").DisplayOptions): import("./display.js").DisplayHandle;
  /** Empties the output of the cell; with `wait` only when the next output comes. */
  function clearOutput(wait?: boolean): void;
}

export function provideGlobals(): void {
  for (const [name, value] of Object.entries({ display, clearOutput, input, prompt, confirm, alert, comms })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  Object.assign(bridge, { jupyter, bundleOf, bundleNow });
  Object.defineProperty(globalThis, Symbol.for("Jupyter.comms"), { value: comms });
}
