/**
 * The contract of a file format.
 * @module
 */
import type { ByteSink, ByteSource } from "../bytes/index.js";
import type { DecodeError } from "../errors.js";
import type { EventColumns, Frame, ImuColumns, SensorSize, TriggerColumns } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";

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
  /** Unit of the times, for formats that do not say (npz, text with whole numbers). Never guessed in silence. */
  readonly timeUnit?: "ns" | "us" | "ms" | "s";
  /**
   * What the columns of a text file or of an array hold, in order, where no header says: "t x y p", with "-" for those
   * to pass over.
   */
  readonly columns?: string;
  /**
   * Which camera wrote the file, for formats whose addresses mean different things by camera (AEDAT 1 and 2): "davis346";
   * of several in one file (AEDAT4: its name, bags: the topic) the one to read.
   */
  readonly camera?: string;
  /** EVT3: each vector word by itself ("word", the default), or groups of 32 pixels as the SDK takes them ("group"). */
  readonly vectors?: "word" | "group";
  /** "wasm" (the default), or "cpu": the TypeScript definition, much slower. */
  readonly device?: "cpu" | "wasm";
  readonly signal?: AbortSignal;
}

/** A place in a file from which decoding can go on as if it had come from the start. */
export interface Bookmark {
  readonly byteOffset: number;
  /** Events before it. */
  readonly events: number;
  /** What the decoder remembers there; only its codec understands it. */
  readonly state: Uint8Array;
}

export interface ReadFromOptions extends DecodeOptions {
  /** Begin here instead of at the start of the file. */
  readonly resume?: Bookmark;
  /** Called on the way for places to resume at, about one a MiB of the file or finer: before the batch that begins there. */
  readonly onBookmark?: (bookmark: Bookmark) => void;
  /** Bytes between two bookmarks, where the format leaves the choice. */
  readonly bookmarkBytes?: number;
  /**
   * Takes each batch at once, which is then not yielded: for a reader that wants all of them and no waiting between.
   * Codecs may leave it alone.
   */
  readonly take?: (batch: EventBatch) => void;
  /** Decode with several threads, where the codec can: the first that is taken is then what they have decoded together. */
  readonly threads?: SharedReading;
  /** Byte offset of a bookmark: what lies behind it is not wanted. Reading on does no harm. */
  readonly stopAt?: number;
}

export interface ReadColumnsOptions extends DecodeOptions {
  /** Called on the way with the bytes and events read so far. */
  readonly onRows?: (bytesRead: number, events: number) => void;
}

/** All of a recording: nobody else holds these columns. */
export interface WholeColumns {
  readonly columns: EventColumns;
  readonly triggers: TriggerColumns;
  readonly seen: Seen;
}

/** Reading a file from its start with several threads, into columns in shared memory. */
export interface SharedReading {
  /** Threads, this one among them. */
  readonly count: number;
  /** Takes what they have decoded, if anything. It is not borrowed, and lies at the start of columns with room for more. */
  readonly adopt: (batch: EventBatch, room: EventColumns) => void;
  readonly onProgress?: (progress: { readonly bytesRead: number; readonly events: number }) => void;
  /** Bytes that a thread decodes at a time, and bytes before them from which it finds out what it must know. */
  readonly blockBytes?: number;
  readonly runUpBytes?: number;
}

/** Reads and, where the format allows, writes one file format. */
export interface EventCodec {
  /** Short lower-case name: "evt3". */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** Where the format is defined. */
  readonly source: string;
  /** Endings of file names, without the dot, that ask for this format when writing: the first is the usual one. */
  readonly endings: readonly string[];
  /** True if the format can hold trigger edges; "apart" if it has them in files that hold no events. */
  readonly triggers: boolean | "apart";
  /** True if `read` takes `resume` and hands out bookmarks, so that an index beside the file makes windows cheap. */
  readonly bookmarks: boolean;
  /** True if `read` goes on with what is added to a file while it is read (`ByteSource.grown`). */
  readonly tail?: boolean;
  /**
   * True if the first bytes (at least 4 KiB where the file has them) look like this format. Containers (HDF5, zip) may
   * read more of `source`; its name says what the file is called.
   */
  sniff(head: Uint8Array, source: ByteSource): boolean | Promise<boolean>;
  /** From the header alone: no events are decoded. What `options` state need not be assumed. */
  info(bytes: ByteSource, options?: DecodeOptions): Promise<RecordingInfo>;
  /** @throws DecodeError after the last good batch, unless `onError` is "skip". */
  read(bytes: ByteSource, options?: ReadFromOptions): AsyncIterable<EventBatch>;
  /**
   * For formats that find a window by what stands in the file itself: batches that hold all events of the window, and
   * possibly some around it, which the caller cuts off. `undefined` when this file does not have it.
   */
  readWindow?(bytes: ByteSource, window: SensorWindow, options?: DecodeOptions): Promise<AsyncIterable<EventBatch> | undefined>;
  /**
   * For formats whose files hold the columns of a table as they are: all events at once, read straight into columns of
   * their own. `undefined` when this file, or an option, needs more than that; `read` then takes over, and does so after
   * any error of this one: a fault is its to tell. Both give the same to the bit.
   */
  readColumns?(bytes: ByteSource, options: ReadColumnsOptions): Promise<WholeColumns | undefined>;
  /**
   * Pictures that were recorded with the events, in order of time. Those outside of a window need not come: the caller
   * cuts off what is around it.
   */
  frames?(bytes: ByteSource, options?: DecodeOptions, window?: SensorWindow): AsyncIterable<Frame>;
  /** Samples of the inertial sensors that were recorded with the events; windows as for frames. */
  imu?(bytes: ByteSource, options?: DecodeOptions, window?: SensorWindow): AsyncIterable<ImuColumns>;
  /** What `write` takes besides events and triggers; "exposures" where a frame has more than one time. */
  readonly holds?: readonly ("frames" | "exposures" | "imu")[];
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
  /** For formats that know several: "none", "lz4", "zstd", "gzip", "ecf"; each codec says which it takes. */
  readonly compression?: string;
  /** Pictures in order of time, for formats that hold them: to be taken in step with the events. */
  readonly frames?: AsyncIterable<Frame>;
  /** Samples of an inertial sensor in order of time, for formats that hold them. */
  readonly imu?: AsyncIterable<ImuColumns>;
}
