/**
 * The event spike tensor (EST) with its trilinear kernel in closed form (Gehrig et al., End-to-End Learning of
 * Representations for Asynchronous Event-Based Data, ICCV 2019).
 *
 * Each polarity has C bins: V[p, c] = Σ τ · f(τ − c / (C − 1)) with τ = (t − t0) / (t_last − t0) and
 * f(u) = max(0, 1 − (C − 1)|u|). The published layer learns f, a small network that starts from this kernel.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { requireInteger, requireChoice } from "./options.js";
import { idOf, numbered, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { shared, sharedOnCanvas, type ShareMap } from "./shares.js";
import { spanOf, spans, type Span } from "./span.js";
import type { SensorWindow } from "../events/time.js";

export interface SpikeTensorOptions {
  /** Number of bins C a polarity, 2 to 256; 9 when left out. */
  readonly bins?: number;
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/**
 * [height, width, 2·bins], polarity major: "off bin 0", …, "on bin 0", …; Float32.
 * @throws OptionError
 */
export function spikeTensor(options: SpikeTensorOptions = {}): Representation<Float32Array> {
  checkOptions("spikeTensor", options, ["bins", "span"]);
  const bins = requireInteger("spikeTensor bins", options.bins ?? 9, 2, 256);
  const span = requireChoice("spikeTensor span", options.span ?? "events", spans);
  const map = (events: EventTable, window: SensorWindow): ShareMap => {
    const { first, last } = spanOf(events, window, span);
    const duration = Math.max(Number(last - first), 1);
    return spikeMap(bins, { first, duration }, { first, duration });
  };
  return perPixel({
    id: idOf("est", { bins, span }),
    source: "EST (Gehrig et al. 2019), trilinear kernel",
    channels: [...numbered("off bin", bins), ...numbered("on bin", bins)],
    cpu: (events, window) => shared(events, map(events, window)),
    wasm: (events, window) => sharedOnCanvas(events, map(events, window)),
  });
}

interface Scale {
  readonly first: bigint;
  readonly duration: number;
}

/** V[p, c] = Σ a · f(b − c / (C − 1)), where a and b are times on two scales. */
export function spikeMap(bins: number, a: Scale, b: Scale): ShareMap {
  return {
    bins,
    perPixel: 2 * bins,
    perPolarity: bins,
    perBin: 1,
    signed: false,
    first: b.first,
    steps: bins - 1,
    duration: b.duration,
    offset: 0,
    edges: "lost",
    weight: a,
  };
}
