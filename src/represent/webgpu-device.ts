/**
 * The WebGPU device: found once and shared by all kernels.
 *
 * Internal: its types come from @webgpu/types, which users of the package need not have.
 * @module
 */
import { DeviceError, MissingError } from "../errors.js";

interface WebGpuPackage {
  create(flags: readonly string[]): GPU;
}

/** Buffer usages and map mode, as the WebGPU specification numbers them. */
export const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;
export const mapModeRead = 0x1;

/** Kept for the life of the process: Dawn aborts when it is collected while a device of it is in use. */
let instance: GPU | undefined;
let opened: Promise<GPUDevice> | undefined;

/**
 * The device of the first adapter that the system offers, with all the room that it has for buffers. The process ends
 * without its being closed.
 * @throws MissingError without the npm package `webgpu`; DeviceError without an adapter.
 */
export function gpuDevice(): Promise<GPUDevice> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

export async function gpuAdapter(): Promise<GPUAdapter> {
  instance ??= (await webgpuPackage()).create([]);
  const adapter = await instance.requestAdapter({ powerPreference: "high-performance" });
  if (adapter) return adapter;
  throw new DeviceError({
    where: "webgpu",
    expected: "an adapter",
    received: "none: no Vulkan driver answered",
    next:
      "Install a Vulkan loader and the driver of the GPU (Debian: apt-get install libvulkan1), or name a driver file in " +
      "VK_ICD_FILENAMES; Chromium brings a software one, vk_swiftshader_icd.json",
  });
}

async function open(): Promise<GPUDevice> {
  const adapter = await gpuAdapter();
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
  void device.lost.then(() => (opened = undefined));
  return device;
}

async function webgpuPackage(): Promise<WebGpuPackage> {
  const name: string = "webgpu";
  try {
    return (await import(name)) as WebGpuPackage;
  } catch (cause) {
    throw new MissingError({
      where: "webgpu",
      expected: `the npm package ${name}`,
      received: cause instanceof Error ? cause.message.split("\n")[0]! : String(cause),
      next: `Run npm install ${name}`,
      cause,
    });
  }
}
