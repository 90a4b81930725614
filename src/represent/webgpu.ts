/**
 * What WebGPU there is.
 * @module
 */
import { isEvtlabError } from "../errors.js";
import { gpuAdapter } from "./webgpu-device.js";

export type WebGpuStatus =
  | { readonly available: true; readonly adapter: string }
  /** `reason` says what is missing and how to add it. */
  | { readonly available: false; readonly reason: string };

/** Looks for an adapter, without keeping it; never throws. */
export async function webgpuStatus(): Promise<WebGpuStatus> {
  try {
    const { info } = await gpuAdapter();
    return { available: true, adapter: [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ") };
  } catch (error) {
    return { available: false, reason: isEvtlabError(error) ? error.message : String(error) };
  }
}
