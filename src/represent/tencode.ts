/**
 * Pictures of the latest event of each pixel.
 *
 * Tencode (Huang et al. 2023): the latest event gives on [255, g, 0] and off [0, g, 255] with g = ⌊255 (t_last − T) / Δ⌋,
 * so that green grows with age; Δ = t_last − t0. Pixels without events are black (EventCV) or white (UOH).
 *
 * A polarity frame keeps the sign alone: grey with 0 / 128 / 255 (UOH's face code), or the colours of the Metavision
 * SDK's frames, which FACEMORPHIC stores: ground (30, 37, 52), off (64, 126, 200), on (255, 255, 255).
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import { latestEvents, withLatestEvents } from "./latest.js";
import { requireChoice } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

export interface TencodeOptions {
  /** Colour of pixels without events: "black" (default, EventCV) or "white" (UOH). */
  readonly background?: "black" | "white";
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/**
 * [height, width, 3], channels "red", "green", "blue"; Uint8.
 * @throws OptionError
 */
export function tencode(options: TencodeOptions = {}): Representation<Uint8Array> {
  checkOptions("tencode", options, ["background", "span"]);
  const background = requireChoice("tencode background", options.background ?? "black", ["black", "white"]);
  const span = requireChoice("tencode span", options.span ?? "events", spans);
  const ground = background === "white" ? 255 : 0;
  const painted = (events: EventTable, window: SensorWindow, latest: Int32Array) => {
    const { first, last } = spanOf(events, window, span);
    const duration = Math.max(Number(last - first), 1);
    const image = new Uint8Array(latest.length * 3).fill(ground);
    for (let pixel = 0; pixel < latest.length; pixel++) {
      const event = latest[pixel]! - 1;
      if (event < 0) continue;
      image[3 * pixel] = 255 * events.p[event]!;
      image[3 * pixel + 1] = Math.floor((255 * Number(last - events.t[event]!)) / duration);
      image[3 * pixel + 2] = 255 * (1 - events.p[event]!);
    }
    return image;
  };
  return perPixel({
    id: idOf("tencode", { background, span }),
    source: "Huang et al. 2023, Tencode; EventCV, UOH event-based_datasets",
    channels: ["red", "green", "blue"],
    background: ground,
    cpu: (events, window) => painted(events, window, latestEvents(events)),
    wasm: (events, window) => withLatestEvents(events, (latest) => painted(events, window, latest)),
  });
}

export interface PolarityFrameOptions {
  /** "grey" (default): one channel, 0 / 128 / 255; "metavision": the SDK's colours. */
  readonly colours?: "grey" | "metavision";
}

const palettes = {
  grey: { channels: ["grey"], ground: [128], off: [0], on: [255], source: "UOH event-based facial expression code" },
  metavision: {
    channels: ["red", "green", "blue"], ground: [30, 37, 52], off: [64, 126, 200], on: [255, 255, 255],
    source: "Prophesee Metavision SDK, accumulated frame; FACEMORPHIC",
  },
} as const;

/**
 * [height, width, 1] or [height, width, 3]; Uint8.
 * @throws OptionError
 */
export function polarityFrame(options: PolarityFrameOptions = {}): Representation<Uint8Array> {
  checkOptions("polarityFrame", options, ["colours"]);
  const colours = requireChoice("polarityFrame colours", options.colours ?? "grey", ["grey", "metavision"]);
  const { channels, ground, off, on, source } = palettes[colours];
  const painted = ({ p }: EventTable, latest: Int32Array) => {
    const image = new Uint8Array(latest.length * ground.length);
    for (let pixel = 0, cell = 0; pixel < latest.length; pixel++) {
      const event = latest[pixel]! - 1;
      const colour = event < 0 ? ground : p[event] === 1 ? on : off;
      for (const value of colour) image[cell++] = value;
    }
    return image;
  };
  return perPixel({
    id: idOf("polarity-frame", { colours }),
    source,
    channels,
    background: ground,
    cpu: (events) => painted(events, latestEvents(events)),
    wasm: (events) => withLatestEvents(events, (latest) => painted(events, latest)),
  });
}
