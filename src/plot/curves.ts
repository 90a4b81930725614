/**
 * A panel of step curves over time.
 * @module
 */
import { plotlyAxes, position, svgAxes, type Axis } from "./axes.js";
import { numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "./panel.js";
import { legendAbove, noteOver, svgLegend, svgNote } from "./legend.js";
import { round } from "./svg.js";
import { typed } from "./typed.js";

/** One curve: `values[i]` holds from `edges[i]` to `edges[i + 1]`. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: Float64Array;
}

export interface CurvesOptions {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Ends of the steps: one more than values. */
  readonly edges: Float64Array;
  readonly curves: readonly Curve[];
  /** Unit of the values, for hovering. */
  readonly unit: string;
  readonly note?: string | undefined;
}

export class CurvesPanel implements Panel {
  readonly title: string;
  readonly flexible = true;
  readonly margins: Margins = { left: 58, right: 14, top: 34, bottom: 46 };
  readonly #options: CurvesOptions;

  constructor(options: CurvesOptions) {
    this.title = options.title;
    this.#options = options;
  }

  fit(room: Size): Size {
    return { width: room.width, height: Math.min(room.height, Math.max(160, room.width * 0.36)) };
  }

  plotly(place: Place): PlotlyPart {
    const { x, y, edges, curves, unit, note } = this.#options;
    const { number } = place;
    const legend = numbered("legend", number);
    const trace = { type: "scatter", mode: "lines", xaxis: numbered("x", number), yaxis: numbered("y", number) };
    if (note !== undefined) {
      // Plotly draws no axes without a trace.
      return {
        data: [{ ...trace, x: [null], y: [null], showlegend: false, hoverinfo: "skip" }],
        layout: plotlyAxes(place, x, y),
        annotations: [noteOver(place, note)],
      };
    }
    const data = curves.map(({ name, colour, values }) => ({
      ...trace,
      name,
      legend,
      x: typed(edges),
      y: typed(closed(values)),
      line: { shape: "hv", color: colour, width: 1.5 },
      hovertemplate: `%{y:.4s} ${unit}<extra>${name}</extra>`,
    }));
    return { data, layout: { ...plotlyAxes(place, x, y), [legend]: legendAbove(place) }, annotations: [] };
  }

  svg(box: Box): string {
    const { x, y, edges, curves, note } = this.#options;
    const { under, over } = svgAxes(box, x, y);
    const toX = position(x.range, box.left, box.left + box.width);
    const toY = position(y.range, box.top + box.height, box.top);
    const paths = curves.map(({ colour, values }) => {
      let path = "";
      for (let i = 0; i < values.length; i++) {
        path += `${i === 0 ? "M" : "L"}${round(toX(edges[i]!))} ${round(toY(values[i]!))}H${round(toX(edges[i + 1]!))}`;
      }
      return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round"/>`;
    });
    return [under, ...paths, over, note === undefined ? svgLegend(box, curves) : svgNote(box, note)].join("");
  }
}

/** The last value once more, so that its step is drawn to the last edge. */
function closed(values: Float64Array): Float64Array {
  const all = new Float64Array(values.length === 0 ? 0 : values.length + 1);
  all.set(values);
  if (values.length > 0) all[values.length] = values[values.length - 1]!;
  return all;
}
