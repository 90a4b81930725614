/**
 * A training as a figure: its losses, what validation measured, and sample pictures.
 * @module
 */
import { Figure } from "../plot/index.js";
import type { EpochRecord, LossPoint } from "./history.js";
import { LinesPanel, type Line } from "./lines-panel.js";
import { SheetPanel } from "./sheet-panel.js";
import type { PictureSheet } from "./task.js";

export interface TrainingCurves {
  readonly points: readonly LossPoint[];
  readonly epochs: readonly EpochRecord[];
}

const [training, validating] = ["#0072b2", "#d55e00"];
/** Measures as people write them, with their unit; others go by their name. */
const written: Readonly<Record<string, string>> = { l1: "L1", l2: "L2", psnr: "PSNR / dB", adversarial: "adversarial loss", discriminator: "loss of the discriminator" };
/** More measures than this are in the logs, not in the figure. */
const mostPanels = 4;

/** A panel a measure, training and validation in one where both have it, and the pictures below. */
export function curves(title: string, { points, epochs }: TrainingCurves, pictures?: PictureSheet): Figure {
  const names = [...new Set([...points.flatMap(({ losses }) => Object.keys(losses)), ...epochs.flatMap(({ validation = {} }) => Object.keys(validation))])].slice(0, mostPanels);
  const panels = (names.length === 0 ? ["loss"] : names).map((name) => {
    const measure = written[name] ?? name;
    return new LinesPanel(names.length > 1 ? measure.replace(/ \/ .*/, "") : `${title}: ${measure}`, linesOf(name, points, epochs), { x: "steps", y: measure });
  });
  const figures = panels.map((panel) => new Figure([[panel]], "curves"));
  if (!pictures) return figures.length === 1 ? figures[0]! : Figure.grid(figures, { columns: 2, width: 840 });
  return Figure.grid([...figures, pictureSheet(title, pictures)], { columns: 2, spans: [...figures.map(() => (figures.length === 1 ? 2 : 1)), 2], width: 840 });
}

/** Grey pictures in rows and columns. */
export function pictureSheet(title: string, sheet: PictureSheet): Figure {
  return new Figure([[new SheetPanel(title, sheet)]], "pictures");
}

function linesOf(name: string, points: readonly LossPoint[], epochs: readonly EpochRecord[]): Line[] {
  const trained = points.filter(({ losses }) => name in losses);
  const validated = epochs.filter(({ validation }) => validation && name in validation);
  const lines: Line[] = [];
  if (trained.length > 0) lines.push({ name: "training", colour: training, x: trained.map(({ step }) => step), y: trained.map(({ losses }) => losses[name]!) });
  if (validated.length > 0) lines.push({ name: "validation", colour: validating, x: validated.map(({ step }) => step), y: validated.map(({ validation }) => validation![name]!) });
  return lines;
}
