/**
 * A confusion matrix: of the judgements of a true class (a row), how many named each class.
 * @module
 */
import { plotlyAxes, position, room, svgAxes, type Axis } from "../../plot/axes.js";
import { ink, sample, shading } from "../../plot/colours.js";
import { numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "../../plot/panel.js";
import { round, text } from "../../plot/svg.js";

const shades = sample(shading, 101);

export class ConfusionPanel implements Panel {
  readonly flexible = false;
  readonly margins: Margins;
  readonly #counts: readonly (readonly number[])[];
  readonly #x: Axis;
  readonly #y: Axis;

  constructor(readonly title: string, counts: readonly (readonly number[])[], names: readonly string[]) {
    this.#counts = counts;
    this.margins = { left: room(names, 1) + 32, right: 14, top: 34, bottom: room(names, Math.SQRT1_2) + 34 };
    this.#x = { title: "named", range: [-0.5, names.length - 0.5], names };
    this.#y = { title: "true", range: [names.length - 0.5, -0.5], names };
  }

  fit({ width, height }: Size): Size {
    const side = Math.min(width, height, Math.max(160, 42 * this.#counts.length));
    return { width: side, height: side };
  }

  plotly(place: Place): PlotlyPart {
    return {
      data: [
        {
          type: "heatmap", xaxis: numbered("x", place.number), yaxis: numbered("y", place.number), showscale: false, zmin: 0, zmax: 1,
          z: this.#counts.map((row) => row.map((count) => this.#share(row, count))),
          text: this.#counts.map((row) => row.map(String)), texttemplate: "%{text}", hovertemplate: "%{z:.0%} of %{y} named %{x}<extra></extra>",
          colorscale: [0, 20, 40, 60, 80, 100].map((at) => [at / 100, `rgb(${shades[at]!.join(",")})`]),
        },
      ],
      layout: plotlyAxes(place, this.#x, this.#y),
      annotations: [],
    };
  }

  svg(box: Box): string {
    const { under, over } = svgAxes(box, this.#x, this.#y);
    const toX = position(this.#x.range, box.left, box.left + box.width);
    const toY = position(this.#y.range, box.top + box.height, box.top);
    const side = box.width / this.#counts.length;
    const cells = this.#counts.flatMap((row, y) =>
      row.map((count, x) => {
        const share = this.#share(row, count);
        const place = `x="${round(toX(x - 0.5))}" y="${round(toY(y - 0.5))}" width="${round(side)}" height="${round(side)}"`;
        return `<rect ${place} fill="rgb(${shades[Math.round(share * 100)]!.join(",")})"/>${text(toX(x), toY(y), String(count), { anchor: "middle", size: Math.min(12, side / 2.6), fill: share > 0.5 ? "#ffffff" : ink })}`;
      }),
    );
    return [under, ...cells, over].join("");
  }

  /** Of the judgements of its row. */
  #share(row: readonly number[], count: number): number {
    const total = row.reduce((sum, each) => sum + each, 0);
    return total === 0 ? 0 : count / total;
  }
}
