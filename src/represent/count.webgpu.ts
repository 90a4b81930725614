/**
 * Event counts on the GPU: atomic adds of integers, so the result does not depend on their order.
 * @module
 */
import { DeviceError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { GridLike } from "./representation.js";
import { gpuDevice, mapModeRead, usage } from "./webgpu-device.js";

const groupSize = 64;
const eventsPerInvocation = 4;
const shader = /* wgsl */ `
struct Batch { events: u32, width: u32 }
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> x: array<u32>; // two a word
@group(0) @binding(2) var<storage, read> y: array<u32>; // two a word
@group(0) @binding(3) var<storage, read> p: array<u32>; // four a word
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(${groupSize})
fn count(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * ${eventsPerInvocation}u;
  for (var i = first; i < min(first + ${eventsPerInvocation}u, batch.events); i++) {
    let half = (i & 1u) * 16u;
    let column = (x[i / 2u] >> half) & 0xffffu;
    let row = (y[i / 2u] >> half) & 0xffffu;
    let polarity = (p[i / 4u] >> ((i & 3u) * 8u)) & 0xffu;
    atomicAdd(&counts[(row * batch.width + column) * 2u + polarity], 1u);
  }
}`;

const pipelines = new WeakMap<object, GPUComputePipeline>();

/**
 * Counts [height, width, 2] as `eventCount` defines them. Events are sent in batches of `batchEvents`, so that a
 * recording may be larger than a buffer of the device.
 * @throws DeviceError when the grid is larger than a buffer of the device, or the device fails.
 */
export async function countOnGpu(events: EventTable, batchEvents: number = 2 ** 22): Promise<GridLike<Uint32Array>> {
  const device = await gpuDevice();
  const { width, height } = events.sensor;
  const gridBytes = Math.max(height * width * 8, 8);
  if (gridBytes > device.limits.maxStorageBufferBindingSize) {
    throw new DeviceError({
      where: "count on webgpu",
      expected: `a grid of at most ${device.limits.maxStorageBufferBindingSize} bytes`,
      received: `${gridBytes} bytes for ${width} × ${height} pixels`,
      next: 'Use device "wasm"',
    });
  }
  const capacity = Math.ceil(Math.max(Math.min(batchEvents, events.length), 1) / 4) * 4;
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const buffer = (size: number, usages: number) => device.createBuffer({ size, usage: usages });
  const batch = buffer(8, usage.uniform | usage.copyTarget);
  const x = buffer(capacity * 2, usage.storage | usage.copyTarget);
  const y = buffer(capacity * 2, usage.storage | usage.copyTarget);
  const p = buffer(capacity, usage.storage | usage.copyTarget);
  const counts = buffer(gridBytes, usage.storage | usage.copySource);
  const result = buffer(gridBytes, usage.mapRead | usage.copyTarget);
  const buffers = [batch, x, y, p, counts];
  try {
    const pipeline = pipelineOf(device);
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    for (let start = 0; start < events.length; start += capacity) {
      const end = Math.min(start + capacity, events.length);
      device.queue.writeBuffer(batch, 0, Uint32Array.of(end - start, width));
      device.queue.writeBuffer(x, 0, wholeWords(events.x.subarray(start, end)));
      device.queue.writeBuffer(y, 0, wholeWords(events.y.subarray(start, end)));
      device.queue.writeBuffer(p, 0, wholeWords(events.p.subarray(start, end)));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(Math.ceil((end - start) / (groupSize * eventsPerInvocation)));
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(counts, 0, result, 0, gridBytes);
    device.queue.submit([encoder.finish()]);
    // Both scopes are left before the first wait, so that builds side by side do not take each other's errors.
    const faults = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const fault = faults.find((error) => error !== null);
    if (fault) throw new Error(fault.message);
    await result.mapAsync(mapModeRead);
    const data = new Uint32Array(result.getMappedRange()).slice(0, height * width * 2);
    return { data, shape: [height, width, 2], channels: ["off", "on"] };
  } catch (cause) {
    throw new DeviceError({
      where: "count on webgpu",
      expected: "a device that counts",
      received: cause instanceof Error ? cause.message : String(cause),
      next: 'Use device "wasm"',
      cause,
    });
  } finally {
    for (const each of [...buffers, result]) each.destroy();
  }
}

function pipelineOf(device: GPUDevice): GPUComputePipeline {
  let pipeline = pipelines.get(device);
  if (!pipeline) {
    const module = device.createShaderModule({ code: shader });
    pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "count" } });
    pipelines.set(device, pipeline);
  }
  return pipeline;
}

/** The same elements, with zeros behind them up to a multiple of four: the GPU takes words of four bytes. */
function wholeWords<Column extends Uint16Array | Uint8Array>(column: Column): Column {
  if (column.length % 4 === 0) return column;
  const padded = new (column.constructor as new (length: number) => Column)(Math.ceil(column.length / 4) * 4);
  padded.set(column);
  return padded;
}
