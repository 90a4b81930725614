/**
 * The result of an evaluation: data, figures, a page, and what a notebook shows.
 * @module
 */
import { OptionError } from "../../errors.js";
import { save } from "../../data/make/files.js";
import { type Figure, single } from "../../plot/figure.js";
import { accuracies } from "../figures/accuracies.js";
import { ConfusionPanel } from "../figures/confusion.js";
import { ReliabilityPanel } from "../figures/reliability.js";
import type { EvaluationProtocol } from "../protocols.js";
import type { Level, MethodReport, ProtocolReport, ReportData } from "./data.js";
import { reportPage } from "./page.js";
import { reportCard } from "./card.js";
import { percentInterval } from "./words.js";

/** Which part of a report. */
export interface ReportPlace {
  /** Default: the first. */
  readonly protocol?: EvaluationProtocol;
  /** Default: the first that did not fail. */
  readonly method?: string;
  /** Default "sequences". */
  readonly level?: "windows" | "sequences";
}

export class EvaluationReport {
  /** All of it, as plain JSON. */
  readonly data: ReportData;

  constructor(data: ReportData) {
    this.data = data;
  }

  /** Scores of a method. @throws OptionError when it is not there, or failed. */
  level(place: ReportPlace = {}): Level {
    const row = this.#row(place);
    const level = (this.#protocol(place).name === "paper" && row.best ? row.best : row.chosen)?.[place.level ?? "sequences"];
    if (level === undefined) throw new OptionError({ where: "report", expected: `scores of ${place.level ?? "sequences"} of ${row.method}`, received: row.failed ?? "none: it judges whole clips alone" });
    return level;
  }

  /** Accuracy of every method with its interval, per sequence and per window. */
  intervals(place: Pick<ReportPlace, "protocol"> = {}): Figure {
    const protocol = this.#protocol(place);
    return single("report", accuracies(this.data, protocol), {});
  }

  /** How far the confidence of a method can be believed. */
  reliability(place: ReportPlace = {}): Figure {
    return single("report", new ReliabilityPanel(`${this.#row(place).method}: reliability per ${this.level(place).unit}`, this.level(place).reliability), {});
  }

  /** Which classes a method takes for which. */
  confusion(place: ReportPlace = {}): Figure {
    return single("report", new ConfusionPanel(`${this.#row(place).method}: judgements per ${this.level(place).unit}`, this.level(place).confusion, this.data.classes), {});
  }

  /** The report as a page that needs no network. */
  html(): string {
    return reportPage(this);
  }

  /**
   * Writes the page (`.html`) or the data (`.json`), whole or not at all.
   * @throws OptionError for another ending; SourceError when the disk refuses.
   */
  async save(path: string): Promise<void> {
    if (path.endsWith(".html")) return save(path, this.html(), "the finished fits stay where they are kept");
    if (path.endsWith(".json")) return save(path, `${JSON.stringify(this.data, undefined, 1)}\n`, "the finished fits stay where they are kept");
    throw new OptionError({ where: "report.save", expected: "a path that ends in .html or .json", received: path });
  }

  toJSON(): ReportData {
    return this.data;
  }

  toString(): string {
    const { data } = this;
    const lines = data.protocols.flatMap(({ name, rows }) => [
      `${name}, accuracy per sequence in % [${100 * data.settings.level} % interval]`,
      ...rows.map(({ method, failed, chosen, best }) => `  ${method.padEnd(24)} ${failed !== undefined ? `failed: ${failed}` : percentInterval((name === "paper" && best ? best : chosen!).sequences.scores.accuracy)}`),
    ]);
    return [`${data.data.title}: ${data.data.clips} clips of ${data.data.subjects} people`, ...lines].join("\n");
  }

  async [Symbol.for("Jupyter.display")](): Promise<{ readonly "text/html": string; readonly "text/plain": string }> {
    return { "text/html": await reportCard(this), "text/plain": this.toString() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  #protocol({ protocol }: Pick<ReportPlace, "protocol">): ProtocolReport {
    const found = this.data.protocols.find(({ name }) => protocol === undefined || name === protocol);
    if (found === undefined) throw new OptionError({ where: "report: protocol", expected: `one of ${this.data.settings.protocols.join(", ")}`, received: `"${protocol}"` });
    return found;
  }

  #row(place: ReportPlace): MethodReport {
    const { rows } = this.#protocol(place);
    const found = rows.find(({ method, failed }) => (place.method === undefined ? failed === undefined : method === place.method));
    if (found === undefined) throw new OptionError({ where: "report: method", expected: `one of ${rows.map(({ method }) => method).join(", ")}`, received: place.method === undefined ? "none that did not fail" : `"${place.method}"` });
    return found;
  }
}
