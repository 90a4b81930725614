/**
 * The contract of a file format.
 * @module
 */
import type { ByteSink, ByteSource } from "../bytes/index.js";
import type { DecodeError } from "../errors.js";
import type { EventColumns, SensorSize, TriggerColumns } from "../events/schema.js";

/** What a recording says of itself. */
export interface RecordingInfo {
  /** Name of the codec. */
  readonly format: string;
  /** From the header, from the camera's name in it, or `undefined` when the file does not say. */
  readonly sensor: SensorSize | undefined;
  /** Header fields as written in the file. */
  readonly header: Readonly<Record<string, string>>;
  /** What had to be assumed, a sentence each. */
  readonly assumptions: readonly string[];
}

/** What a decoder has seen from the start of the file to the end of a batch. */
export interface Seen {
  /** The smallest sensor that holds the events. */
  readonly extent: SensorSize;
  /** Events that are earlier than the one before them, and the largest such step in microseconds. */
  readonly backwardSteps: number;
  readonly largestBackward: bigint;
  /** Microseconds subtracted from the times of the file; 0 unless `shift` was asked for. */
  readonly shift: bigint;
}

/**
 * Events in file order. The columns are *borrowed*: they are views into the decoder's memory, valid until the
 * next batch is asked for. Copy with `slice()` what must live longer; `streamEvents` and `readEvents` do.
 */
export interface EventBatch {
  readonly columns: EventColumns;
  readonly triggers: TriggerColumns;
  /** Bytes of the file consumed so far: the measure of progress. */
  readonly bytesRead: number;
  readonly seen: Seen;
}

export interface DecodeOptions {
  /** At a fault: throw after the events before it were delivered ("stop", the default), or resume behind it. */
  readonly onError?: "stop" | "skip";
  /** Called for each fault that was skipped. */
  readonly onSkip?: (fault: DecodeError) => void;
  /** Sensor size in pixels, for files that do not say; overrides what they say. */
  readonly sensor?: SensorSize;
  /**
   * Let times count from the start of the recording instead of the clock of the camera: from the first time base
   * as OpenEB does for RAW (EVT3: one TIME_HIGH before it), from the first event for other formats. Default false.
   */
  readonly shift?: boolean;
  /** "wasm" (the default), or "cpu": the TypeScript definition, much slower. */
  readonly device?: "cpu" | "wasm";
  readonly signal?: AbortSignal;
}

/** Reads and, where the format allows, writes one file format. */
export interface EventCodec {
  /** Short lower-case name: "evt3". */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** True if the first bytes (at least 4 KiB where the file has them) look like this format. */
  sniff(head: Uint8Array, fileName: string): boolean;
  /** From the header alone: no events are decoded. */
  info(bytes: ByteSource): Promise<RecordingInfo>;
  /** @throws DecodeError after the last good batch, unless `onError` is "skip". */
  read(bytes: ByteSource, options?: DecodeOptions): AsyncIterable<EventBatch>;
  /** Leaves closing the sink to the caller. */
  write?(batches: AsyncIterable<WriteBatch> | Iterable<WriteBatch>, sink: ByteSink, info: WriteInfo): Promise<void>;
}

export interface WriteBatch {
  readonly columns: EventColumns;
  readonly triggers: TriggerColumns;
}

export interface WriteInfo {
  readonly sensor: SensorSize;
  /** Further header fields, for formats that have a header of text. */
  readonly header?: Readonly<Record<string, string>>;
}
