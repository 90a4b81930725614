/**
 * TIE, "temporal information of events", the input of evTransFER (Verschae and Bugueno-Cordova, arXiv 2508.03609).
 *
 * **Inferred from published code**, for no printed formula was found. The authors' code has an event spike tensor with
 * two clocks: t, the time in seconds since the start of the recording, and t0 = (t − t_first) / (t_last − t_first) within
 * the window. With C = 9 bins a polarity and f(u) = max(0, 1 − (C − 1)|u|),
 *
 *     V[p, i] = Σ a · f(b − i / (C − 1))
 *
 * | variant | a | b |
 * |---|---|---|
 * | `t_t` | t | t |
 * | `t_t0` | t | t0 |
 * | `t0_t` (the one in use there) | t0 | t |
 * | `t0_t0` | t0 | t0: the event spike tensor |
 *
 * With b = t the kernel reaches from −1/8 s to 9/8 s only: later in a recording the volume is empty. As published.
 *
 * `output: "image"` makes the three-channel image that the networks see: the 18 channels, off before on, are added up by
 * sixes; each channel is cut to its percentiles 1 and 99 and stretched to 0 … 255. The authors' code also turns it by
 * 180°: `rotate: true`.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import { spikeMap } from "./est.js";
import { requireChoice, requireFlag } from "./options.js";
import { idOf, numbered, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { shared, sharedOnCanvas, type ShareMap } from "./shares.js";
import { spanOf } from "./span.js";

const bins = 9;
const variants = ["t_t", "t_t0", "t0_t", "t0_t0"] as const;
export type TieVariant = (typeof variants)[number];

interface TieOptionsOf<Output extends string> {
  /** First the multiplier, then the clock of the bins. */
  readonly variant: TieVariant;
  /** "volume" (default): 18 channels; "image": 3 channels of bytes. */
  readonly output?: Output;
  /** Turns the image by 180°, as published. Default false. */
  readonly rotate?: boolean;
}
export type TieOptions = TieOptionsOf<"volume" | "image">;

/**
 * [height, width, 18], "off bin 0" … "on bin 8", Float32; or with `output: "image"` [height, width, 3], Uint8.
 * @throws OptionError
 */
export function tie(options: TieOptionsOf<"image"> & { readonly output: "image" }): Representation<Uint8Array>;
export function tie(options: TieOptionsOf<"volume">): Representation<Float32Array>;
export function tie(options: TieOptions): Representation<Float32Array> | Representation<Uint8Array>;
export function tie(options: TieOptions): Representation<Float32Array> | Representation<Uint8Array> {
  checkOptions("tie", options, ["variant", "output", "rotate"]);
  const variant = requireChoice("tie variant", options.variant, variants);
  const output = requireChoice("tie output", options.output ?? "volume", ["volume", "image"]);
  const rotate = requireFlag("tie rotate", options.rotate ?? false);
  const map = (events: EventTable, window: SensorWindow): ShareMap => {
    const { first, last } = spanOf(events, window, "events");
    const t = { first: events.origin, duration: 1e6 };
    const t0 = { first, duration: Math.max(Number(last - first), 1) };
    return spikeMap(bins, variant.startsWith("t_") ? t : t0, variant.endsWith("_t") ? t : t0);
  };
  const source = "evTransFER (arXiv 2508.03609), inferred from published code";
  if (output === "volume") {
    return perPixel({
      id: idOf("tie", { variant, output }),
      source,
      channels: [...numbered("off bin", bins), ...numbered("on bin", bins)],
      cpu: (events, window) => shared(events, map(events, window)),
      wasm: (events, window) => sharedOnCanvas(events, map(events, window)),
    });
  }
  const image = (volume: Float32Array) => {
    const pixels = toImage(volume);
    return rotate ? turned(pixels) : pixels;
  };
  return perPixel({
    id: idOf("tie", { variant, output, rotate }),
    source,
    channels: ["red", "green", "blue"],
    cpu: (events, window) => image(shared(events, map(events, window))),
    wasm: (events, window) => image(sharedOnCanvas(events, map(events, window))),
  });
}

/** Sums of six channels each, cut to percentiles 1 and 99 and stretched to 0 … 255, fractions cut off. */
function toImage(volume: Float32Array): Uint8Array {
  const pixels = volume.length / (2 * bins);
  const image = new Uint8Array(pixels * 3);
  const channel = new Float32Array(pixels);
  for (let c = 0; c < 3; c++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += volume[pixel * 18 + c * 6 + i]!;
      channel[pixel] = sum;
    }
    const sorted = channel.slice().sort();
    const low = percentile(sorted, 1);
    const high = percentile(sorted, 99);
    if (high <= low) continue;
    for (let pixel = 0; pixel < pixels; pixel++) {
      image[pixel * 3 + c] = Math.floor(((Math.min(high, Math.max(low, channel[pixel]!)) - low) / (high - low)) * 255);
    }
  }
  return image;
}

/** As NumPy's: linear between the two values around it. */
function percentile(sorted: Float32Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  return below + ((sorted[Math.ceil(at)] ?? 0) - below) * (at - Math.floor(at));
}

function turned(image: Uint8Array): Uint8Array {
  const result = new Uint8Array(image.length);
  const last = image.length / 3 - 1;
  for (let i = 0; i < image.length; i++) result[i] = image[(last - Math.floor(i / 3)) * 3 + (i % 3)]!;
  return result;
}
