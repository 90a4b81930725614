/**
 * A panel of estimates with their limits, one a line.
 * @module
 */
import { checkOptions } from "../../errors.js";
import { position, plotlyAxes, room, svgAxes, type Axis } from "../../plot/axes.js";
import { ink, rule } from "../../plot/colours.js";
import { type Figure, single } from "../../plot/figure.js";
import { legendAbove, svgLegend } from "../../plot/legend.js";
import { numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "../../plot/panel.js";
import { line, round } from "../../plot/svg.js";
import type { Interval } from "../metrics/bootstrap.js";

/** Estimates of one kind, one a line; a line may stay empty. */
export interface Marks {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (Interval | undefined)[];
}

export interface IntervalsOptions {
  readonly title: string;
  /** Names of the lines, from the top. */
  readonly names: readonly string[];
  readonly marks: readonly Marks[];
  /** With its unit. */
  readonly unit: string;
  readonly range: readonly [number, number];
  /** Drawn across: chance, or no difference. */
  readonly reference?: number;
}

/**
 * Estimates with their limits, one a line.
 *
 * ```ts
 * intervals({ title: "accuracy", names: ["ours", "theirs"], marks: [{ name: "", colour: "#1f6fb4", values: [a, b] }], unit: "%", range: [0, 100] });
 * ```
 */
export function intervals(options: IntervalsOptions): Figure {
  checkOptions("intervals", options, ["title", "names", "marks", "unit", "range", "reference"]);
  return single("intervals", new IntervalsPanel(options), {});
}

export class IntervalsPanel implements Panel {
  readonly title: string;
  readonly flexible = true;
  readonly margins: Margins;
  readonly #options: IntervalsOptions;
  readonly #x: Axis;
  readonly #y: Axis;

  constructor(options: IntervalsOptions) {
    this.title = options.title;
    this.#options = options;
    this.margins = { left: room(options.names, 1) + 4, right: 16, top: 34, bottom: 46 };
    this.#x = { title: options.unit, range: options.range, grid: true };
    this.#y = { title: "", range: [options.names.length - 0.5, -0.5], names: options.names };
  }

  fit({ width, height }: Size): Size {
    return { width, height: Math.min(height, Math.max(90, 14 + this.#options.names.length * (12 + 12 * this.#options.marks.length))) };
  }

  plotly(place: Place): PlotlyPart {
    const { marks, range, reference, unit } = this.#options;
    const { number } = place;
    const axes = { xaxis: numbered("x", number), yaxis: numbered("y", number) };
    const legend = numbered("legend", number);
    const data = marks.map(({ name, colour, values }, k) => {
      const shown = values.flatMap((value, i) => (value ? [{ ...value, at: i + this.#offset(k) }] : []));
      return {
        ...axes, name, legend, type: "scatter", mode: "markers", showlegend: marks.length > 1,
        x: shown.map(({ value }) => value),
        y: shown.map(({ at }) => at),
        error_x: { type: "data", symmetric: false, array: shown.map(({ value, high }) => high - value), arrayminus: shown.map(({ value, low }) => value - low), color: colour, thickness: 1.6, width: 4 },
        marker: { color: colour, size: 8 },
        hovertemplate: `%{x:.3f} ${unit}<extra>${name}</extra>`,
      };
    });
    const across = reference === undefined || reference < range[0] || reference > range[1] ? [] : [{ ...axes, type: "scatter", mode: "lines", x: [reference, reference], y: [-0.5, this.#options.names.length - 0.5], line: { color: ink, dash: "dot", width: 1 }, showlegend: false, hoverinfo: "skip" }];
    return { data: [...across, ...data], layout: { ...plotlyAxes(place, this.#x, this.#y), [legend]: legendAbove(place) }, annotations: [] };
  }

  svg(box: Box): string {
    const { marks, range, reference } = this.#options;
    const { under, over } = svgAxes(box, this.#x, this.#y);
    const toX = position(range, box.left, box.left + box.width);
    const toY = position(this.#y.range, box.top + box.height, box.top);
    const within = (value: number): number => toX(Math.min(range[1], Math.max(range[0], value)));
    const drawn = marks.flatMap(({ colour, values }, k) =>
      values.flatMap((value, i) => {
        if (!value) return [];
        const y = toY(i + this.#offset(k));
        const [low, high] = [within(value.low), within(value.high)];
        return [line(low, y, high, y, colour, 1.8), line(low, y - 4, low, y + 4, colour, 1.8), line(high, y - 4, high, y + 4, colour, 1.8), `<circle cx="${round(within(value.value))}" cy="${round(y)}" r="4" fill="${colour}"/>`];
      }),
    );
    const across = reference === undefined || reference < range[0] || reference > range[1] ? "" : `<path d="M${round(toX(reference))} ${round(box.top)}V${round(box.top + box.height)}" stroke="${ink}" stroke-dasharray="2 3"/>`;
    const lines = this.#options.names.slice(1).map((_, i) => line(box.left, toY(i + 0.5), box.left + box.width, toY(i + 0.5), rule, 0.6));
    return [under, ...lines, across, ...drawn, over, marks.length > 1 ? svgLegend(box, marks) : ""].join("");
  }

  /** Marks of one line stand under each other. */
  #offset(mark: number): number {
    const { length } = this.#options.marks;
    return length === 1 ? 0 : (mark - (length - 1) / 2) * (0.6 / length);
  }
}
