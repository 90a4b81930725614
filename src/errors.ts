/**
 * The errors of evtlab: one tagged union.
 *
 * Every message says what was expected, what came, where, and what to do next.
 * Narrow with {@link isEvtlabError}, which works across two copies of the package:
 *
 * ```ts
 * catch (error) {
 *   if (isEvtlabError(error, "DecodeError")) console.log(error.codec, error.byteOffset);
 * }
 * ```
 * @module
 */

import type { EventTable } from "./events/table.js";

/** The four parts of a message that helps. */
export interface ErrorDetails {
  /** What would have been right. */
  readonly expected: string;
  /** What came instead. */
  readonly received: string;
  /** File, field, option or byte offset. */
  readonly where?: string | undefined;
  /** What the reader can do about it. */
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("evtlab.error");

/** Base of the union: never thrown itself. */
export abstract class EvtlabError extends Error {
  abstract readonly tag: string;
  readonly expected: string;
  readonly received: string;
  readonly where: string | undefined;
  readonly next: string | undefined;

  constructor({ expected, received, where, next, cause }: ErrorDetails) {
    const place = where === undefined ? "" : `${where}: `;
    const advice = next === undefined ? "" : ` ${next.endsWith(".") ? next : `${next}.`}`;
    super(`${place}expected ${expected}, got ${received}.${advice}`, cause === undefined ? {} : { cause });
    this.expected = expected;
    this.received = received;
    this.where = where;
    this.next = next;
    Object.defineProperty(this, brand, { value: true });
  }

  override get name(): string {
    return this.tag;
  }
}

/** The bytes of a recording are not what its format says. Events before the fault were delivered. */
export class DecodeError extends EvtlabError {
  readonly tag = "DecodeError";
  /** Name of the codec, as in `codecs()`. */
  readonly codec: string;
  /** Offset of the first faulty byte, from the start of the file. */
  readonly byteOffset: number;
  /** The events before the fault, when a whole recording was read. */
  partial?: EventTable;

  constructor(details: Omit<ErrorDetails, "where"> & { codec: string; byteOffset: number }) {
    super({ ...details, where: `${details.codec} at byte ${details.byteOffset}` });
    this.codec = details.codec;
    this.byteOffset = details.byteOffset;
  }
}

/** No codec recognises a file, or a codec was asked for what its format cannot do. */
export class FormatError extends EvtlabError {
  readonly tag = "FormatError";
}

/** A file, URL or stream cannot be read or written. */
export class SourceError extends EvtlabError {
  readonly tag = "SourceError";
}

/** Columns that do not form an event table: lengths, types, coordinates outside the sensor, disorder. */
export class TableError extends EvtlabError {
  readonly tag = "TableError";
}

/** A time window that is empty, inverted or outside the recording. */
export class WindowError extends EvtlabError {
  readonly tag = "WindowError";
}

/** An option that is unknown, of the wrong type or out of range. */
export class OptionError extends EvtlabError {
  readonly tag = "OptionError";
}

/** A device (WebGPU adapter, engine) is not there or refused its work. */
export class DeviceError extends EvtlabError {
  readonly tag = "DeviceError";
}

/** An optional package or program is missing; `next` has the command that adds it. */
export class MissingError extends EvtlabError {
  readonly tag = "MissingError";
}

/** A data set on disk that is not as its manifest says, a clip that cannot be read, or a split that leaks. */
export class DataError extends EvtlabError {
  readonly tag = "DataError";
  /** The file or folder, where there is one. */
  readonly file: string | undefined;

  constructor(details: ErrorDetails & { file?: string }) {
    super(details);
    this.file = details.file;
  }
}

/** Judgements of a method that cannot be scored: probabilities that are none, clips or labels that are not those asked for. */
export class PredictionError extends EvtlabError {
  readonly tag = "PredictionError";
}

/** A training that cannot go on: a loss that is not a number, or checkpoints of another training. */
export class TrainingError extends EvtlabError {
  readonly tag = "TrainingError";
  /** Steps that were done well. */
  readonly step: number;
  /** The term of the loss that is not a number, where that is why. */
  readonly term: string | undefined;
  /** The last good checkpoint: the same call goes on from it. */
  readonly checkpoint: string | undefined;

  constructor(details: ErrorDetails & { step: number; term?: string | undefined; checkpoint?: string | undefined }) {
    super(details);
    this.step = details.step;
    this.term = details.term;
    this.checkpoint = details.checkpoint;
  }
}

/** A notebook cannot be read, parameterised or run. */
export class NotebookError extends EvtlabError {
  readonly tag = "NotebookError";
}

/** A Jupyter message or connection file that does not follow the protocol. */
export class ProtocolError extends EvtlabError {
  readonly tag = "ProtocolError";
}

/** A kernel does not start, does not answer, or died. */
export class KernelError extends EvtlabError {
  readonly tag = "KernelError";
  readonly reason: "start" | "died" | "silent";

  constructor(details: ErrorDetails & { reason: KernelError["reason"] }) {
    super(details);
    this.reason = details.reason;
  }
}

/** A cell of a notebook failed; the cells after it did not run. */
export class CellError extends EvtlabError {
  readonly tag = "CellError";
  /** Position in the notebook that was run, from 0. */
  readonly cellIndex: number;
  readonly ename: string;
  readonly evalue: string;
  /** Lines to show, possibly with ANSI colours. */
  readonly traceback: readonly string[];

  constructor(details: Omit<ErrorDetails, "expected" | "received"> & { cellIndex: number; ename: string; evalue: string; traceback: readonly string[] }) {
    super({ ...details, expected: "the cell to run", received: `${details.ename}: ${details.evalue}` });
    this.cellIndex = details.cellIndex;
    this.ename = details.ename;
    this.evalue = details.evalue;
    this.traceback = details.traceback;
  }
}

export interface ErrorsByTag {
  readonly DecodeError: DecodeError;
  readonly FormatError: FormatError;
  readonly SourceError: SourceError;
  readonly TableError: TableError;
  readonly WindowError: WindowError;
  readonly OptionError: OptionError;
  readonly DeviceError: DeviceError;
  readonly MissingError: MissingError;
  readonly DataError: DataError;
  readonly PredictionError: PredictionError;
  readonly TrainingError: TrainingError;
  readonly NotebookError: NotebookError;
  readonly KernelError: KernelError;
  readonly CellError: CellError;
  readonly ProtocolError: ProtocolError;
}
export type ErrorTag = keyof ErrorsByTag;
export type AnyEvtlabError = ErrorsByTag[ErrorTag];

/** True for an error of evtlab, of the given tag when one is named. */
export function isEvtlabError(error: unknown): error is AnyEvtlabError;
export function isEvtlabError<Tag extends ErrorTag>(error: unknown, tag: Tag): error is ErrorsByTag[Tag];
export function isEvtlabError(error: unknown, tag?: ErrorTag): boolean {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return tag === undefined || (error as { tag?: unknown }).tag === tag;
}

/**
 * Refuses options that are not in `known`, so that a typo is an error and not a silent default.
 * @throws OptionError naming the unknown field and the known ones.
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  for (const field of Object.keys(options)) {
    if (!known.includes(field)) {
      throw new OptionError({ where, expected: `one of the options ${known.join(", ")}`, received: `"${field}"` });
    }
  }
}
