/**
 * A figure: panels in rows and columns, as Plotly's JSON and as a picture.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import { ground, ink } from "./colours.js";
import type { Box, Panel, PlotlyObject, Size } from "./panel.js";
import { rasterise } from "./rasterise.js";
import { escapeText, fontFamily, text } from "./svg.js";

/** What every plot takes. */
export interface FigureOptions {
  /** Over the plot; a short description when left out. */
  readonly title?: string;
  /** Room for the figure in CSS pixels, default 720; the figure may come out narrower, to fit its pixels. */
  readonly width?: number;
}

export interface PngOptions {
  /** Device pixels a CSS pixel, 0.25 to 4. Default 1. */
  readonly scale?: number;
}

export interface GridOptions {
  /** Default: up to three side by side. */
  readonly columns?: number;
  /** Room for the figure in CSS pixels, default 720 for one column, 960 for two, 1080 for more. */
  readonly width?: number;
}

/** What Jupyter shows: Plotly where it can be drawn, the picture elsewhere. */
export interface FigureBundle {
  readonly "application/vnd.plotly.v1+json": { readonly data: readonly PlotlyObject[]; readonly layout: PlotlyObject; readonly config: PlotlyObject };
  /** Base64. */
  readonly "image/png": string;
  readonly "text/plain": string;
}

/**
 * A plain Plotly figure (`Plotly.newPlot(element, figure)` takes it) that also draws itself as a
 * PNG without a browser. Both are drawn from the same panels.
 */
export class Figure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly config: PlotlyObject;
  readonly #panels: readonly Panel[];
  readonly #boxes: readonly Box[];
  readonly #size: Size;

  constructor(panels: readonly Panel[], options: { readonly columns: number; readonly width: number }) {
    this.#panels = panels;
    const { boxes, size } = arrange(panels, options.columns, options.width);
    this.#boxes = boxes;
    this.#size = size;
    const parts = panels.map((panel, i) => panel.plotly({ box: boxes[i]!, figure: size, number: i + 1 }));
    this.data = parts.flatMap(({ data }) => data);
    this.layout = {
      width: size.width,
      height: size.height,
      margin: { l: 0, r: 0, t: 0, b: 0, autoexpand: false },
      paper_bgcolor: ground,
      font: { family: `"${fontFamily}", verdana, arial, sans-serif`, size: 12, color: ink },
      hovermode: "closest",
      showlegend: true,
      ...Object.assign({}, ...parts.map(({ layout }) => layout)),
      annotations: [...panels.map((panel, i) => titleOf(panel, boxes[i]!, size)), ...parts.flatMap(({ annotations }) => annotations)],
    };
    this.config = { displaylogo: false };
  }

  /** The drawing as SVG text; its font is Open Sans. */
  svg({ scale = 1 }: PngOptions = {}): string {
    const { width, height } = this.#size;
    const panels = this.#panels.map((panel, i) => {
      const box = this.#boxes[i]!;
      return text(box.left, box.top - 13, panel.title, { size: 13 }) + panel.svg(box, scale);
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${ground}"/>${panels.join("")}</svg>`;
  }

  /** The drawing as PNG bytes: the same figure gives the same bytes. */
  async png(options: PngOptions = {}): Promise<Uint8Array> {
    checkOptions("figure.png", options, ["scale"]);
    const { scale = 1 } = options;
    if (!(scale >= 0.25 && scale <= 4)) {
      throw new OptionError({ where: "figure.png: scale", expected: "a number from 0.25 to 4", received: String(scale) });
    }
    return rasterise(this.svg({ scale }), scale);
  }

  /** `figures` side by side, row by row, in one figure. */
  static grid(figures: readonly Figure[], options: GridOptions = {}): Figure {
    checkOptions("plot.grid", options, ["columns", "width"]);
    const panels = figures.flatMap((figure, i) => {
      if (figure instanceof Figure) return figure.#panels;
      throw new OptionError({ where: `plot.grid: figures[${i}]`, expected: "a figure made by evtlab/plot", received: typeof figure });
    });
    if (panels.length === 0) {
      throw new OptionError({ where: "plot.grid", expected: "at least one figure", received: "none" });
    }
    const columns = Math.min(positiveInteger("plot.grid: columns", options.columns ?? 3), panels.length);
    return new Figure(panels, { columns, width: figureWidth("plot.grid", options.width ?? [720, 720, 960][columns] ?? 1080) });
  }

  async [Symbol.for("Jupyter.display")](): Promise<FigureBundle> {
    const { data, layout, config } = this;
    return {
      "application/vnd.plotly.v1+json": { data, layout, config },
      "image/png": Buffer.from(await this.png()).toString("base64"),
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    const { width, height } = this.#size;
    return `Figure ${width} × ${height} px: ${this.#panels.map(({ title }) => title).join("; ")}`;
  }
}

/** A figure of one panel. */
export function single(where: string, panel: Panel, { width = 720 }: FigureOptions): Figure {
  return new Figure([panel], { columns: 1, width: figureWidth(where, width) });
}

export function figureWidth(where: string, width: number): number {
  if (Number.isFinite(width) && width >= 240 && width <= 4000) return Math.round(width);
  throw new OptionError({ where: `${where}: width`, expected: "240 to 4000 pixels", received: String(width) });
}

export function positiveInteger(where: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new OptionError({ where, expected: "a whole number above zero", received: String(value) });
}

const tallest = { single: 420, grid: 340 };

/** Plotting areas of a row are as tall as each other, and all have the same room; columns shrink to what they use. */
function arrange(panels: readonly Panel[], columns: number, width: number): { boxes: Box[]; size: Size } {
  const widest = (side: "left" | "right") =>
    Array.from({ length: columns }, (_, i) => Math.max(...panels.filter((_, j) => j % columns === i).map(({ margins }) => margins[side])));
  const [left, right] = [widest("left"), widest("right")];
  const margins = [...left, ...right].reduce((sum, each) => sum + each, 0);
  const room = {
    width: Math.max(80, Math.floor((width - margins) / columns)),
    height: panels.length === 1 ? tallest.single : tallest.grid,
  };
  const sizes = panels.map((panel) => panel.fit(room));
  const columnWidths = Array.from({ length: columns }, () => 0);
  const boxes: Box[] = [];
  let top = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const rigid = row.flatMap((panel, i) => (panel.flexible ? [] : [sizes[first + i]!.height]));
    const rowHeight = Math.round(rigid.length > 0 ? Math.max(...rigid, 140) : Math.max(...row.map((_, i) => sizes[first + i]!.height)));
    const above = Math.max(...row.map(({ margins }) => margins.top));
    const below = Math.max(...row.map(({ margins }) => margins.bottom));
    row.forEach((panel, i) => {
      const size = panel.flexible ? { width: sizes[first + i]!.width, height: rowHeight + below - panel.margins.bottom } : sizes[first + i]!;
      boxes.push({ left: left[i]!, top: top + above, ...size });
      columnWidths[i] = Math.max(columnWidths[i]!, left[i]! + size.width + right[i]!);
    });
    top += above + rowHeight + below;
  }
  const starts = columnWidths.map((_, i) => columnWidths.slice(0, i).reduce((sum, each) => sum + each, 0));
  return {
    boxes: boxes.map((box, i) => ({ ...box, left: box.left + starts[i % columns]! })),
    size: { width: Math.ceil(columnWidths.reduce((sum, each) => sum + each, 0)), height: top },
  };
}

function titleOf(panel: Panel, box: Box, figure: Size): PlotlyObject {
  return {
    text: escapeText(panel.title),
    xref: "paper",
    yref: "paper",
    x: box.left / figure.width,
    xanchor: "left",
    y: 1 - (box.top - 13) / figure.height,
    yanchor: "middle",
    showarrow: false,
    font: { size: 13 },
    xshift: 0,
  };
}
