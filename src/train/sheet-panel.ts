/**
 * A panel of grey pictures in rows and columns.
 * @module
 */
import { domains, numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "../plot/panel.js";
import { dataUri, escapeText, image, text } from "../plot/svg.js";
import { sheetPng } from "./sheet.js";
import type { PictureSheet } from "./task.js";

export class SheetPanel implements Panel {
  readonly title: string;
  readonly flexible = false;
  readonly margins: Margins = { left: 14, right: 14, top: 34, bottom: 30 };
  readonly #columns: readonly string[];
  readonly #sheet: ReturnType<typeof sheetPng>;

  constructor(title: string, sheet: PictureSheet) {
    this.title = title;
    this.#columns = sheet.columns;
    this.#sheet = sheetPng(sheet, 2);
  }

  fit(room: Size): Size {
    const { width, height } = this.#sheet;
    const zoom = Math.min(room.width / width, room.height / height);
    return { width: Math.max(1, Math.round(width * zoom)), height: Math.max(1, Math.round(height * zoom)) };
  }

  plotly(place: Place): PlotlyPart {
    const { number, box, figure } = place;
    const { width, height, png } = this.#sheet;
    const domain = domains(place);
    const hidden = { visible: false, fixedrange: true } as const;
    return {
      data: [{ type: "image", source: dataUri(png), xaxis: numbered("x", number), yaxis: numbered("y", number), hoverinfo: "skip" }],
      layout: {
        [numbered("xaxis", number)]: { ...hidden, domain: domain.x, anchor: numbered("y", number), range: [-0.5, width - 0.5] },
        [numbered("yaxis", number)]: { ...hidden, domain: domain.y, anchor: numbered("x", number), range: [height - 0.5, -0.5] },
      },
      annotations: this.#columns.map((name, i) => ({
        text: escapeText(name),
        xref: "paper",
        yref: "paper",
        x: (box.left + ((i + 0.5) * box.width) / this.#columns.length) / figure.width,
        xanchor: "center",
        y: 1 - (box.top + box.height + 12) / figure.height,
        yanchor: "middle",
        showarrow: false,
        font: { size: 11 },
      })),
    };
  }

  svg(box: Box): string {
    const names = this.#columns.map((name, i) => text(box.left + ((i + 0.5) * box.width) / this.#columns.length, box.top + box.height + 12, name, { anchor: "middle", size: 11 }));
    return image(this.#sheet.png, box, false) + names.join("");
  }
}
