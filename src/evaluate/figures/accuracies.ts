/**
 * Accuracies of the methods of a report with their intervals.
 * @module
 */
import { polarityColours } from "../../plot/colours.js";
import type { Level, ProtocolReport, ReportData } from "../report/data.js";
import { IntervalsPanel } from "./intervals.js";

/** The panel of accuracies; of the paper's protocol the best epoch and the last one. */
export function accuracies({ classes }: ReportData, { name, rows }: ProtocolReport): IntervalsPanel {
  const shown = rows.filter(({ failed }) => failed === undefined);
  const accuracy = (level: Level | undefined) => level?.scores.accuracy;
  const unit = shown.flatMap(({ chosen }) => chosen?.windows?.unit ?? [])[0] ?? "window";
  const best = name === "paper" && shown.some((row) => row.best !== undefined);
  const marks = [
    { name: "per sequence", colour: polarityColours.off, values: shown.map(({ chosen }) => accuracy(chosen!.sequences)) },
    { name: `per ${unit}`, colour: "#8b95a1", values: shown.map(({ chosen }) => accuracy(chosen!.windows)) },
    ...(best ? [{ name: `per ${unit}, best test epoch`, colour: polarityColours.on, values: shown.map((row) => accuracy(row.best?.windows)) }] : []),
  ];
  const top = Math.max(0.5, ...marks.flatMap(({ values }) => values.map((value) => value?.high ?? 0)));
  return new IntervalsPanel({ title: `${name}: accuracy, chance dotted`, names: shown.map(({ method }) => method), marks, unit: "accuracy", range: [0, Math.min(1, Math.ceil(top * 10) / 10)], reference: 1 / classes.length });
}
