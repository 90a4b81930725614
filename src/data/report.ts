/**
 * How a copy of a data set compares with its manifest, as people read it.
 * @module
 */
import { escapeHtml } from "../events/markup.js";
import type { DatasetName } from "./manifest.js";
import { people } from "./people.js";
import type { DataFinding } from "./read/reader.js";

type Fields = Omit<DataReport, "toString">;

/** What was found, with a table for notebooks and lines for a terminal. */
export class DataReport {
  readonly dataset: DatasetName;
  readonly title: string;
  readonly root: string;
  /** True for synthetic people: the counts are those asked for, not those of the real data set. */
  readonly made: boolean;
  readonly subjects: number;
  readonly clips: number;
  /** Files of each kind. */
  readonly files: Readonly<Record<string, number>>;
  /** Kinds of files that are not there at all, and that readers do without. */
  readonly without: readonly string[];
  readonly findings: readonly DataFinding[];
  /** Nothing missing, different or unreadable. */
  readonly ok: boolean;

  /** @internal */
  constructor({ dataset, title, root, made, subjects, clips, files, without, findings, ok }: Fields) {
    this.dataset = dataset;
    this.title = title;
    this.root = root;
    this.made = made;
    this.subjects = subjects;
    this.clips = clips;
    this.files = files;
    this.without = without;
    this.findings = findings;
    this.ok = ok;
  }

  toString(): string {
    const rest = this.#rows().map(([kind, message]) => `${kind.padEnd(10)} ${message}`);
    return [this.#head(), ...rest, this.#verdict()].join("\n");
  }

  [Symbol.for("Jupyter.display")](): { readonly "text/html": string; readonly "text/plain": string } {
    const cell = "padding:1px 12px 1px 0;text-align:left;vertical-align:top;border:0;background:none";
    const rows = [...Object.entries(this.files).map(([kind, count]) => [kind, `${count} files`] as const), ...this.#rows()];
    const html =
      `<div style="color:inherit;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;max-width:760px"><strong>${escapeHtml(this.#head())}</strong>` +
      `<table style="border-collapse:collapse;margin:4px 0;border:0;background:none;color:inherit;font-size:inherit"><tbody>${rows.map(([kind, message]) => `<tr><td style="${cell};opacity:.65">${escapeHtml(kind)}</td><td style="${cell}">${escapeHtml(message)}</td></tr>`).join("")}</tbody></table>` +
      `<div style="padding-left:8px;border-left:3px solid ${this.ok ? "#2a9d4a" : "#e08a00"}">${this.#verdict()}</div></div>`;
    return { "text/html": html, "text/plain": this.toString() };
  }

  #head(): string {
    return `${this.root}: ${this.title}${this.made ? " of synthetic people" : ""}, ${this.clips} clips of ${people(this.subjects)}`;
  }

  #rows(): (readonly [kind: string, message: string])[] {
    return [...this.findings.map(({ kind, message }) => [kind, message] as const), ...(this.without.length > 0 ? [["without", this.without.join("; ")] as const] : [])];
  }

  #verdict(): string {
    return this.ok ? "The copy is whole." : "The copy is not whole.";
  }
}
