/**
 * A panel that shows one colour a pixel: event frames, maps, voxel slices, channels.
 *
 * The pixels travel as one small indexed PNG, not as cells: a 1280×720 frame is tens of kilobytes
 * where a heatmap would be megabytes.
 * @module
 */
import { plotlyAxes, svgAxes, formatTick, position, ticks, type Axis } from "./axes.js";
import { ink, toHex, type ColourScale } from "./colours.js";
import { legendAbove, noteOver, svgLegend, svgNote, type LegendEntry } from "./legend.js";
import { domains, numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "./panel.js";
import { encodePicture, shrink, type ColourImage, type IndexedImage } from "./pixels.js";
import { dataUri, escapeText, image, line, round, text } from "./svg.js";

/** What the colours mean: drawn as a bar to the right of the picture. */
export interface ColourBar {
  readonly title: string;
  readonly scale: ColourScale;
  readonly range: readonly [low: number, high: number];
}

export interface RasterOptions {
  readonly title: string;
  readonly picture: IndexedImage | ColourImage;
  /** What each colour of the palette stands for, for the pixel under the pointer. */
  readonly meanings?: readonly string[];
  readonly bar?: ColourBar | undefined;
  readonly legend?: readonly LegendEntry[];
  /** A sentence over the picture, for one that shows nothing. */
  readonly note?: string | undefined;
}

export class RasterPanel implements Panel {
  readonly title: string;
  readonly flexible = false;
  readonly margins: Margins;
  readonly #options: RasterOptions;
  readonly #png: Uint8Array;
  readonly #x: Axis;
  readonly #y: Axis;

  constructor(options: RasterOptions) {
    this.title = options.title;
    this.#options = options;
    this.margins = { left: 58, right: options.bar ? 72 : 14, top: 34, bottom: 46 };
    this.#png = encodePicture(options.picture);
    // The centre of a pixel is its whole-numbered coordinate; y runs downwards.
    const { width, height } = options.picture;
    this.#x = { title: "x / px", range: [-0.5, width - 0.5] };
    this.#y = { title: "y / px", range: [height - 0.5, -0.5] };
  }

  fit(room: Size): Size {
    const { width, height } = this.#options.picture;
    const zoom = Math.min(room.width / width, room.height / height);
    return { width: Math.max(1, Math.round(width * zoom)), height: Math.max(1, Math.round(height * zoom)) };
  }

  plotly(place: Place): PlotlyPart {
    const { number, box } = place;
    const { picture, meanings, bar, legend = [], note } = this.#options;
    const axes = { xaxis: numbered("x", number), yaxis: numbered("y", number) };
    const domain = domains(place);
    const layout: Record<string, unknown> = { ...plotlyAxes(place, this.#x, this.#y) };
    const data: Record<string, unknown>[] = [
      {
        type: "image",
        ...axes,
        source: dataUri(this.#png),
        zsmooth: picture.width > box.width ? "fast" : false,
        hovertemplate: "x %{x} px, y %{y} px<extra></extra>",
        // Plotly knows the colour of a pixel, not its value; evtlab's extension for JupyterLab looks it up here.
        ...(meanings && "palette" in picture && { meta: { colours: picture.palette.map(toHex), meanings } }),
      },
    ];
    if (bar) {
      // An image trace has no colour bar; a trace without points lends one.
      const coloraxis = numbered("coloraxis", number);
      data.push({ type: "scatter", mode: "markers", ...axes, x: [null], y: [null], showlegend: false, hoverinfo: "skip", marker: { color: [bar.range[0]], coloraxis } });
      layout[coloraxis] = {
        cmin: bar.range[0],
        cmax: bar.range[1],
        colorscale: bar.scale,
        colorbar: {
          x: domain.x[1] + 10 / place.figure.width,
          xanchor: "left",
          xpad: 0,
          y: (domain.y[0] + domain.y[1]) / 2,
          yanchor: "middle",
          ypad: 0,
          lenmode: "pixels",
          len: box.height,
          thicknessmode: "pixels",
          thickness: 10,
          outlinewidth: 1,
          outlinecolor: ink,
          ticks: "outside",
          ticklen: 4,
          tickfont: { size: 11 },
          nticks: 6,
        },
      };
    }
    if (legend.length > 0) {
      const key = numbered("legend", number);
      for (const { name, colour } of legend) {
        data.push({ type: "scatter", mode: "markers", ...axes, x: [null], y: [null], name, legend: key, hoverinfo: "skip", marker: { color: colour, symbol: "square", size: 9 } });
      }
      layout[key] = legendAbove(place);
    }
    const annotations = [];
    if (note !== undefined) annotations.push(noteOver(place, note));
    if (bar) annotations.push(barTitle(place, bar.title));
    return { data, layout, annotations };
  }

  svg(box: Box, scale: number): string {
    const { picture, bar, legend = [], note } = this.#options;
    const { under, over } = svgAxes(box, this.#x, this.#y);
    const deviceWidth = Math.round(box.width * scale);
    const deviceHeight = Math.round(box.height * scale);
    const smaller = deviceWidth < picture.width && deviceHeight < picture.height;
    const png = smaller ? shrink(picture, deviceWidth, deviceHeight) : this.#png;
    return [
      under,
      image(png, box, false),
      over,
      bar ? svgColourBar(box, bar) : "",
      svgLegend(box, legend),
      note === undefined ? "" : svgNote(box, note),
    ].join("");
  }
}

/** Distance of the bar's title from the picture, in CSS pixels. */
const barTitleOffset = 60;

function barTitle({ box, figure }: Place, title: string): Record<string, unknown> {
  return {
    text: escapeText(title),
    xref: "paper",
    yref: "paper",
    x: (box.left + box.width + barTitleOffset) / figure.width,
    xanchor: "center",
    y: 1 - (box.top + box.height / 2) / figure.height,
    yanchor: "middle",
    textangle: -90,
    showarrow: false,
    font: { size: 12 },
  };
}

function svgColourBar(box: Box, { title, scale, range }: ColourBar): string {
  const left = box.left + box.width + 10;
  const bottom = box.top + box.height;
  const parts: string[] = [];
  const id = `bar-${round(left)}-${round(box.top)}`;
  const stops = scale.map(([place, colour]) => `<stop offset="${place.toFixed(5)}" stop-color="${colour}"/>`);
  parts.push(
    `<linearGradient id="${id}" x1="0" y1="1" x2="0" y2="0">${stops.join("")}</linearGradient>`,
    `<rect x="${round(left)}" y="${round(box.top)}" width="10" height="${round(box.height)}" fill="url(#${id})" stroke="${ink}"/>`,
  );
  const toY = position(range, bottom, box.top);
  for (const value of ticks(range, Math.min(6, Math.max(2, box.height / 40)))) {
    const y = toY(value);
    parts.push(line(left + 10, y, left + 14, y), text(left + 17, y, formatTick(value), { size: 11 }));
  }
  parts.push(text(box.left + box.width + barTitleOffset, box.top + box.height / 2, title, { anchor: "middle", rotate: -90 }));
  return parts.join("");
}
