/**
 * A panel of lines through points, each with points of its own.
 * @module
 */
import { plotlyAxes, position, svgAxes, type Axis } from "../plot/axes.js";
import { legendAbove, svgLegend } from "../plot/legend.js";
import { numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "../plot/panel.js";
import { round } from "../plot/svg.js";

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export class LinesPanel implements Panel {
  readonly title: string;
  readonly flexible = true;
  readonly margins: Margins = { left: 58, right: 14, top: 34, bottom: 46 };
  readonly #lines: readonly Line[];
  readonly #x: Axis;
  readonly #y: Axis;

  constructor(title: string, lines: readonly Line[], axes: { readonly x: string; readonly y: string }) {
    this.title = title;
    this.#lines = lines;
    this.#x = { title: axes.x, range: [0, Math.max(1, ...lines.flatMap(({ x }) => x))], format: "si" };
    this.#y = { title: axes.y, range: around(lines.flatMap(({ y }) => y).filter(Number.isFinite)), grid: true };
  }

  fit(room: Size): Size {
    return { width: room.width, height: Math.min(room.height, Math.max(150, room.width * 0.6)) };
  }

  plotly(place: Place): PlotlyPart {
    const legend = numbered("legend", place.number);
    const data = this.#lines.map(({ name, colour, x, y }) => ({
      type: "scatter",
      mode: x.length < 40 ? "lines+markers" : "lines",
      xaxis: numbered("x", place.number),
      yaxis: numbered("y", place.number),
      name,
      legend,
      x: [...x],
      y: [...y],
      line: { color: colour, width: 1.5 },
      marker: { size: 4 },
      hovertemplate: `%{y:.4g}<extra>${name}</extra>`,
    }));
    return { data, layout: { ...plotlyAxes(place, this.#x, this.#y), [legend]: legendAbove(place) }, annotations: [] };
  }

  svg(box: Box): string {
    const { under, over } = svgAxes(box, this.#x, this.#y);
    const toX = position(this.#x.range, box.left, box.left + box.width);
    const toY = position(this.#y.range, box.top + box.height, box.top);
    const drawn = this.#lines.map(({ colour, x, y }) => {
      const points = x.flatMap((value, i) => (Number.isFinite(y[i]!) ? [[round(toX(value)), round(toY(y[i]!))] as const] : []));
      const dots = points.length < 40 ? points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2" fill="${colour}"/>`) : [];
      return `<path d="${points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${px} ${py}`).join("")}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round"/>${dots.join("")}`;
    });
    return [under, ...drawn, over, svgLegend(box, this.#lines)].join("");
  }
}

/** A range with a little room around the values. */
function around(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low) || 0.06 * Math.abs(high) || 0.5;
  return [low - room, high + room];
}
