/**
 * Gradient of a 2-D convolution with respect to its filter, which tfjs-backend-wasm lacks.
 *
 * It is itself a convolution: with images as channels, dW[u, v, c, k] = Σ x[b, i·s + u − p, j·s + v − p, c] · dy[b, i, j, k]
 * is x as [Cin, H, W, B] convolved with dy as a filter [Ho, Wo, B, Cout], where the stride of the forward pass is the
 * dilation. So the data is moved once in each direction and XNNPACK does the arithmetic.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { convolve, stockKernel, type Core, type WasmHeap, type WasmKernel } from "./heap.js";

type Shape4 = readonly [number, number, number, number];

/** `x` [B, H, W, Cin], `dy` [B, Ho, Wo, Cout] → [kernel height, kernel width, Cin, Cout]. */
export function conv2dBackpropFilter(tf: Core): WasmKernel {
  const conv2d = stockKernel(tf, "Conv2D");
  return ({ inputs, attrs, heap }) => {
    const { x, dy } = inputs as { readonly x: TensorInfo; readonly dy: TensorInfo };
    const { strides, pad, dimRoundingMode, dataFormat, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs;
    if (x.dtype !== "float32" || dy.dtype !== "float32" || (dataFormat ?? "NHWC") !== "NHWC") return undefined;
    const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(x.shape as Mutable4, filterShape, strides, 1, pad, dimRoundingMode);

    const images = permute(heap, x, [3, 1, 2, 0]);
    const filter = permute(heap, dy, [1, 2, 0, 3]);
    const found = convolve(conv2d, heap, images, filter, [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [strideHeight, strideWidth]);
    heap.disposeData(images.dataId);
    heap.disposeData(filter.dataId);

    // [Cin, ≥ kernel height, ≥ kernel width, Cout]: rows and columns that the stride never reached are cut off.
    const [kernelHeight, kernelWidth, channels] = filterShape;
    const [, height, width, outputs] = found.shape as Mutable4;
    const result = heap.makeOutput(filterShape, "float32");
    const from = heap.typedArrayFromHeap(found);
    const to = heap.typedArrayFromHeap(result);
    for (let c = 0; c < channels; c++) {
      for (let u = 0; u < kernelHeight; u++) {
        for (let v = 0; v < kernelWidth; v++) {
          const source = ((c * height + u) * width + v) * outputs;
          to.set(from.subarray(source, source + outputs), ((u * kernelWidth + v) * channels + c) * outputs);
        }
      }
    }
    heap.disposeData(found.dataId);
    return result;
  };
}

type Mutable4 = [number, number, number, number];

interface Conv2DBackpropFilterAttrs {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly filterShape: Mutable4;
}

/** A copy whose axis i is axis `order[i]` of the input. The ops of the backend do this several times slower. */
function permute(heap: WasmHeap, tensor: TensorInfo, order: Shape4): TensorInfo {
  const shape = tensor.shape as Mutable4;
  const strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1];
  const [n0, n1, n2, n3] = order.map((axis) => shape[axis]!) as Mutable4;
  const [s0, s1, s2, s3] = order.map((axis) => strides[axis]!) as Mutable4;
  const result = heap.makeOutput([n0, n1, n2, n3], "float32");
  const from = heap.typedArrayFromHeap(tensor);
  const to = heap.typedArrayFromHeap(result);
  let k = 0;
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      for (let c = 0; c < n2; c++) {
        let source = a * s0 + b * s1 + c * s2;
        if (s3 === 1) {
          to.set(from.subarray(source, source + n3), k);
          k += n3;
        } else {
          for (let d = 0; d < n3; d++, source += s3) to[k++] = from[source]!;
        }
      }
    }
  }
  return result;
}
