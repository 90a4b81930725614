/**
 * 2-D convolution and its two gradients as products of matrices over the image where it lies.
 *
 * With zeros around the image, the window of an output pixel is `kernel height` stretches of `kernel width · channels`
 * values, so no window is copied. The stock backend has no gradient for the filter, and computes that for the input (which
 * is also the transposed convolution) in plain loops.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { panelled, sizeOf, type Core, type WasmHeap, type WasmKernel } from "./heap.js";
import { isWinograd, paddedSize, winogradFilter, winogradForward, winogradInput } from "./winograd.js";

type Shape4 = [number, number, number, number];

interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: "NHWC" | "NCHW";
}

/** How a convolution lies over its image. */
export interface Geometry {
  readonly batch: number;
  readonly kernel: readonly [rows: number, columns: number];
  readonly stride: readonly [rows: number, columns: number];
  readonly input: readonly [rows: number, columns: number];
  readonly output: readonly [rows: number, columns: number];
  /** Zeros above and to the left. */
  readonly padding: readonly [top: number, left: number];
  readonly channels: number;
  readonly outputs: number;
}

function geometry(tf: Core, shape: Shape4, filter: Shape4, attrs: ConvolutionAttrs): Geometry | undefined {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat = "NHWC" } = attrs;
  const spread = typeof dilations === "number" ? dilations : Math.max(...dilations);
  if (dataFormat !== "NHWC" || spread !== 1) return undefined;
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(shape, filter, strides, 1, pad, dimRoundingMode);
  if (sizeOf(shape) * sizeOf(filter) * outHeight * outWidth === 0) return undefined;
  return {
    batch: shape[0], kernel: [filter[0], filter[1]], stride: [strideHeight, strideWidth], input: [shape[1], shape[2]], output: [outHeight, outWidth],
    padding: [padInfo.top, padInfo.left], channels: filter[2], outputs: filter[3],
  };
}

const isFloat = (...tensors: readonly TensorInfo[]): boolean => tensors.every(({ dtype }) => dtype === "float32");

/** An image [batch, rows, columns, channels] that begins `before` its first pixel and has room for `size` rows and columns. */
function withZeros<Result>(
  heap: WasmHeap, image: TensorInfo, before: readonly [number, number], size: readonly [number, number], work: (address: number, size: readonly [number, number]) => Result,
): Result {
  const [batch, rows, columns, channels] = image.shape as Shape4;
  const whole = [Math.max(size[0], before[0] + rows), Math.max(size[1], before[1] + columns)] as const;
  if (whole[0] === rows && whole[1] === columns) return work(heap.at(image), whole);
  return heap.scratch(batch * whole[0] * whole[1] * channels, (address) => {
    const [bottom, right] = [whole[0] - rows - before[0], whole[1] - columns - before[1]];
    heap.kernels.padImages(heap.at(image), batch, rows, columns * channels, before[0], bottom, before[1] * channels, right * channels, address);
    return work(address, whole);
  });
}

/** Offsets for `productOfRows`: of the windows in the source, and of the pixels in the result. */
function withPositions(
  heap: WasmHeap, counts: readonly [number, number, number], from: readonly [number, number, number, number], to: readonly [number, number, number, number],
  work: (starts: number, places: number) => void,
): void {
  const count = sizeOf(counts);
  if (count === 0) return;
  heap.scratch(2 * count, (starts) => {
    const places = starts + 4 * count;
    heap.kernels.addPositions(starts, ...counts, ...from);
    heap.kernels.addPositions(places, ...counts, ...to);
    work(starts, places);
  });
}

/** `x` [B, H, W, C] with `filter` [kernel height, kernel width, C, D] → [B, Ho, Wo, D]. */
export function conv2d(tf: Core): WasmKernel {
  return ({ inputs, attrs, heap }) => {
    const { x, filter } = inputs as { readonly x: TensorInfo; readonly filter: TensorInfo };
    const plan = isFloat(x, filter) ? geometry(tf, x.shape as Shape4, filter.shape as Shape4, attrs as unknown as ConvolutionAttrs) : undefined;
    if (plan === undefined) return undefined;
    const { batch, kernel, stride, output, padding, channels, outputs } = plan;
    const y = heap.make([batch, ...output, outputs]);
    if (isWinograd(plan)) {
      withZeros(heap, x, padding, paddedSize(plan), (source, size) => winogradForward(heap, plan, source, size, filter, y));
      return y;
    }
    const depth = kernel[0] * kernel[1] * channels;
    const needed = [(output[0] - 1) * stride[0] + kernel[0], (output[1] - 1) * stride[1] + kernel[1]] as const;
    heap.scratch(panelled(depth, outputs), (panels) => {
      heap.kernels.packPanels(heap.at(filter), depth, outputs, 4 * outputs, panels, depth);
      withZeros(heap, x, padding, needed, (source, [rows, columns]) => {
        const row = columns * channels * 4;
        const from = [rows * row, stride[0] * row, stride[1] * channels * 4, 0] as const;
        const to = [output[0] * output[1] * outputs * 4, output[1] * outputs * 4, outputs * 4, 0] as const;
        withPositions(heap, [batch, ...output], from, to, (starts, places) => {
          heap.kernels.productOfRows(source, starts, batch * output[0] * output[1], kernel[0], kernel[1] * channels, row, panels, outputs, heap.at(y), places);
        });
      });
    });
    return y;
  };
}

/** `x` [B, H, W, C], `dy` [B, Ho, Wo, D] → the gradient of the filter [kernel height, kernel width, C, D]. */
export function conv2dBackpropFilter(tf: Core): WasmKernel {
  return ({ inputs, attrs, heap }) => {
    const { x, dy } = inputs as { readonly x: TensorInfo; readonly dy: TensorInfo };
    const { filterShape } = attrs as unknown as { readonly filterShape: Shape4 };
    const plan = isFloat(x, dy) ? geometry(tf, x.shape as Shape4, filterShape, attrs as unknown as ConvolutionAttrs) : undefined;
    if (plan === undefined) return undefined;
    const { batch, kernel, stride, output, padding, channels, outputs } = plan;
    const result = heap.make(filterShape);
    if (isWinograd(plan)) {
      withZeros(heap, x, padding, paddedSize(plan), (source, size) => winogradFilter(heap, plan, source, size, dy, result));
      return result;
    }
    const depth = batch * output[0] * output[1];
    const needed = [(output[0] - 1) * stride[0] + kernel[0], (output[1] - 1) * stride[1] + kernel[1]] as const;
    heap.scratch(panelled(depth, outputs), (panels) => {
      heap.kernels.packPanels(heap.at(dy), depth, outputs, 4 * outputs, panels, depth);
      withZeros(heap, x, padding, needed, (source, [rows, columns]) => {
        const row = columns * channels * 4;
        heap.scratch(batch * output[0], (starts) => {
          heap.kernels.addPositions(starts, 1, batch, output[0], 0, rows * row, stride[0] * row, 0);
          const width = kernel[1] * channels;
          for (let u = 0; u < kernel[0]; u++) {
            const out = heap.at(result) + u * width * outputs * 4;
            heap.kernels.productOfColumns(source + u * row, starts, batch * output[0], output[1], stride[1] * channels * 4, width, panels, depth, outputs, out, 4 * outputs, false);
          }
        });
      });
    });
    return result;
  };
}

/**
 * `dy` [B, Ho, Wo, D], `filter` [kernel height, kernel width, C, D] → the gradient of the input [B, H, W, C].
 *
 * The result falls into phases by (row mod stride, column mod stride); each is a convolution of dy with the taps that meet it.
 */
export function conv2dBackpropInput(tf: Core): WasmKernel {
  return ({ inputs, attrs, heap }) => {
    const { dy, filter } = inputs as { readonly dy: TensorInfo; readonly filter: TensorInfo };
    const { inputShape } = attrs as unknown as { readonly inputShape: Shape4 };
    const plan = isFloat(dy, filter) ? geometry(tf, inputShape, filter.shape as Shape4, attrs as unknown as ConvolutionAttrs) : undefined;
    if (plan === undefined || plan.output[0] !== dy.shape[1] || plan.output[1] !== dy.shape[2]) return undefined;
    const { batch, kernel, stride, input, padding, channels, outputs } = plan;
    const dx = heap.make(inputShape);
    if (isWinograd(plan)) {
      const [rows, columns] = paddedSize(plan).map((size, axis) => Math.max(size, padding[axis]! + input[axis]!)) as [number, number];
      heap.scratch(batch * rows * columns * channels, (whole) => {
        winogradInput(heap, plan, dy, filter, whole, [rows, columns]);
        const pixel = channels * 4;
        heap.kernels.cropImages(whole, batch, rows, columns * pixel, padding[0], padding[1] * pixel, input[0], input[1] * pixel, heap.at(dx));
      });
      return dx;
    }
    const vertical = phases(kernel[0], padding[0], stride[0], input[0]);
    const horizontal = phases(kernel[1], padding[1], stride[1], input[1]);
    const before = [vertical.before, horizontal.before] as const;
    withZeros(heap, dy, before, [vertical.size, horizontal.size], (source, [rows, columns]) => {
      const row = columns * outputs * 4;
      heap.scratch(panelled(kernel[0] * kernel[1] * outputs, channels), (panels) => {
        for (const up of vertical.phases) {
          for (const left of horizontal.phases) {
            const runs = left.taps.length === 0 ? 0 : up.taps.length;
            const depth = runs * left.taps.length * outputs;
            up.taps.forEach((u, i) =>
              left.taps.forEach((v, j) => {
                const tap = heap.at(filter) + (u * kernel[1] + v) * channels * outputs * 4;
                heap.kernels.packTransposed(tap, outputs, channels, outputs * 4, panels + (i * left.taps.length + j) * outputs * 32, depth);
              }),
            );
            const from = [rows * row, row, outputs * 4, (up.first + before[0]) * row + (left.first + before[1]) * outputs * 4] as const;
            const pixel = channels * 4;
            const to = [input[0] * input[1] * pixel, stride[0] * input[1] * pixel, stride[1] * pixel, (up.phase * input[1] + left.phase) * pixel] as const;
            withPositions(heap, [batch, up.cells, left.cells], from, to, (starts, places) => {
              heap.kernels.productOfRows(source, starts, batch * up.cells * left.cells, runs, left.taps.length * outputs, row, panels, channels, heap.at(dx), places);
            });
          }
        }
      });
    });
    return dx;
  };
}

interface Phase {
  readonly phase: number;
  /** The filter's taps that meet it, in the order of dy. */
  readonly taps: readonly number[];
  /** Row of dy that the first tap takes for the first cell. */
  readonly first: number;
  /** Rows of the input in this phase. */
  readonly cells: number;
}

/** How one axis of the input falls into phases, and the zeros that dy needs before it and its size with all of them. */
function phases(kernel: number, padding: number, stride: number, size: number): { readonly phases: readonly Phase[]; readonly before: number; readonly size: number } {
  const all = Array.from({ length: Math.min(stride, size) }, (_, phase): Phase => {
    const taps: number[] = [];
    for (let tap = (phase + padding) % stride; tap < kernel; tap += stride) taps.unshift(tap);
    return { phase, taps, first: Math.floor((phase + padding) / stride) - taps.length + 1, cells: Math.ceil((size - phase) / stride) };
  });
  const met = all.filter(({ taps }) => taps.length > 0);
  const before = Math.max(0, ...met.map(({ first }) => -first));
  return { phases: all, before, size: Math.max(0, ...met.map(({ first, cells, taps }) => before + first + cells - 1 + taps.length)) };
}
