/**
 * A reliability diagram: of judgements of like confidence, how many were right. On the diagonal confidence can be believed.
 * @module
 */
import { plotlyAxes, position, svgAxes, type Axis } from "../../plot/axes.js";
import { ink, polarityColours } from "../../plot/colours.js";
import { numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "../../plot/panel.js";
import { round } from "../../plot/svg.js";
import type { ReliabilityBin } from "../metrics/scores.js";

export class ReliabilityPanel implements Panel {
  readonly flexible = false;
  readonly margins: Margins = { left: 58, right: 16, top: 34, bottom: 46 };
  readonly #bins: readonly ReliabilityBin[];
  readonly #total: number;
  readonly #x: Axis = { title: "confidence", range: [0, 1] };
  readonly #y: Axis = { title: "accuracy", range: [0, 1] };

  constructor(readonly title: string, bins: readonly ReliabilityBin[]) {
    this.#bins = bins.filter(({ count }) => count > 0);
    this.#total = this.#bins.reduce((sum, { count }) => sum + count, 0);
  }

  fit({ width, height }: Size): Size {
    const side = Math.min(width, height, 300);
    return { width: side, height: side };
  }

  plotly(place: Place): PlotlyPart {
    const axes = { xaxis: numbered("x", place.number), yaxis: numbered("y", place.number), showlegend: false };
    return {
      data: [
        { ...axes, type: "scatter", mode: "lines", x: [0, 1], y: [0, 1], line: { color: ink, dash: "dot", width: 1 }, hoverinfo: "skip" },
        { ...axes, type: "scatter", mode: "lines+markers", x: this.#bins.map(({ confidence }) => confidence), y: this.#bins.map(({ accuracy }) => accuracy), text: this.#bins.map(({ count }) => `${count} judgements`), line: { color: polarityColours.off, width: 1.5 }, marker: { color: polarityColours.off, size: this.#bins.map(({ count }) => 2 * this.#radius(count)) }, hovertemplate: "%{y:.2f} right at %{x:.2f}<br>%{text}<extra></extra>" },
      ],
      layout: plotlyAxes(place, this.#x, this.#y),
      annotations: [],
    };
  }

  svg(box: Box): string {
    const { under, over } = svgAxes(box, this.#x, this.#y);
    const toX = position([0, 1], box.left, box.left + box.width);
    const toY = position([0, 1], box.top + box.height, box.top);
    const points = this.#bins.map(({ confidence, accuracy, count }) => ({ x: round(toX(confidence)), y: round(toY(accuracy)), r: round(this.#radius(count)) }));
    const path = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
    return [
      under,
      `<path d="M${toX(0)} ${toY(0)}L${toX(1)} ${toY(1)}" stroke="${ink}" stroke-dasharray="2 3"/>`,
      `<path d="${path}" fill="none" stroke="${polarityColours.off}" stroke-width="1.5"/>`,
      ...points.map(({ x, y, r }) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${polarityColours.off}"/>`),
      over,
    ].join("");
  }

  /** The area of a point is the share of judgements. */
  #radius(count: number): number {
    return 2 + 6 * Math.sqrt(count / this.#total);
  }
}
