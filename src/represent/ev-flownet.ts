/**
 * The four channels of EV-FlowNet (Zhu et al. 2018): counts, and how late in the window the latest event of a pixel came.
 *
 * Latest times are (T − t0) / (t_last − t0), 0 where no event is.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import { onCanvas } from "./canvas.js";
import { requireChoice } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import { agesOf, holdsAges, withRecencies } from "./recency.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

export interface EvFlowNetOptions {
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/**
 * [height, width, 4], channels "count on", "count off", "latest on", "latest off"; Float32.
 * @throws OptionError
 */
export function evFlowNet(options: EvFlowNetOptions = {}): Representation<Float32Array> {
  checkOptions("evFlowNet", options, ["span"]);
  const span = requireChoice("evFlowNet span", options.span ?? "events", spans);
  const cpu = (events: EventTable, window: SensorWindow) => {
    const { x, y, p, sensor: { width, height } } = events;
    const { first, last } = spanOf(events, window, span);
    const duration = Math.max(Number(last - first), 1);
    const ages = agesOf(events, { reference: last, polarities: 2 });
    const data = new Float32Array(height * width * 4);
    for (let i = 0; i < x.length; i++) data[(y[i]! * width + x[i]!) * 4 + 1 - p[i]!]!++;
    for (let cell = 0; cell < ages.length; cell++) {
      const age = ages[cell]!;
      if (age >= 0) data[(cell >> 1) * 4 + 3 - (cell & 1)] = (Number(last - first) - age) / duration;
    }
    return data;
  };
  return perPixel({
    id: idOf("ev-flownet", { span }),
    source: "EV-FlowNet (Zhu et al. 2018)",
    channels: ["count on", "count off", "latest on", "latest off"],
    cpu,
    wasm(events, window) {
      const { first, last } = spanOf(events, window, span);
      if (!holdsAges(events, last)) return cpu(events, window);
      const { width, height } = events.sensor;
      const length = Number(last - first);
      const duration = Math.max(length, 1);
      const data = new Float32Array(height * width * 4);
      onCanvas(events, { bytes: height * width * 8 }, (canvas) => {
        canvas.blocks(({ x, y, p, events: count, cells }) => {
          canvas.kernels.cellOffsets(x, y, p, count, width, 2, 1, 2, canvas.offset, cells);
          canvas.kernels.countCells(cells, count);
        });
        const counts = canvas.u32();
        canvas.eachTouched(4, (cell) => (data[(cell >> 1) * 4 + 1 - (cell & 1)] = counts[cell]!));
      });
      withRecencies(events, { reference: last, polarities: 2 }, (canvas) => {
        const recencies = canvas.u32();
        canvas.eachTouched(4, (cell) => {
          const recency = recencies[cell]!;
          if (recency > 0) data[(cell >> 1) * 4 + 3 - (cell & 1)] = (length - (2 ** 32 - 1 - recency)) / duration;
        });
      });
      return data;
    },
  });
}
