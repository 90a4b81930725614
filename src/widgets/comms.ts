/**
 * The channels of the kernel that this code runs in, if it runs in one that has them.
 * @module
 */

export type WidgetJson = null | boolean | number | string | readonly WidgetJson[] | { readonly [key: string]: WidgetJson };
type JsonObject = Readonly<Record<string, WidgetJson>>;

export interface KernelComm {
  readonly id: string;
  readonly open: boolean;
  onMessage: ((message: { readonly data: JsonObject; readonly buffers: readonly Uint8Array[] }) => void) | undefined;
  onClose: (() => void) | undefined;
  send(data: JsonObject, buffers?: readonly Uint8Array[]): void;
}

interface KernelComms {
  openComm(target: string, options: { readonly data?: JsonObject; readonly metadata?: JsonObject; readonly buffers?: readonly Uint8Array[] }): KernelComm;
}

/** Kernels put their channels under this symbol; `undefined` in a plain script. */
export function commsOfKernel(): KernelComms | undefined {
  return (globalThis as { [key: symbol]: KernelComms | undefined })[Symbol.for("Jupyter.comms")];
}
