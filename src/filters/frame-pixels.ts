/**
 * Pictures cropped and mirrored as events are.
 * @module
 */
import { FormatError } from "../errors.js";
import type { Region } from "../events/region.js";
import type { Frame, SensorSize } from "../events/schema.js";

/** The pixels of a region. @throws FormatError when the picture has not the size of the sensor. */
export function cropFrame(frame: Frame, region: Region, sensor: SensorSize): Frame {
  const { width, height, channels, data } = frame;
  if (width !== sensor.width || height !== sensor.height) {
    throw new FormatError({
      where: "crop of frames",
      expected: `frames of ${sensor.width}x${sensor.height}, the size of the sensor`,
      received: `one of ${width}x${height}`,
    });
  }
  const row = region.width * channels;
  const cropped = alike(data, row * region.height);
  for (let y = 0; y < region.height; y++) {
    const start = ((region.y + y) * width + region.x) * channels;
    cropped.set(data.subarray(start, start + row), y * row);
  }
  return { ...frame, width: region.width, height: region.height, data: cropped };
}

/** Left and right swapped ("x"), or top and bottom ("y"). */
export function mirrorFrame(frame: Frame, axis: "x" | "y"): Frame {
  const { width, height, channels, data } = frame;
  const mirrored = alike(data, data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((axis === "y" ? height - 1 - y : y) * width + (axis === "x" ? width - 1 - x : x)) * channels;
      for (let c = 0; c < channels; c++) mirrored[(y * width + x) * channels + c] = data[from + c]!;
    }
  }
  return { ...frame, data: mirrored };
}

function alike(data: Frame["data"], length: number): Frame["data"] {
  return data instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
}
