/**
 * A clip of a data set: what is known of it at once, what is in its files when it is asked for.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRecording, readEvents, streamEvents, type BatchOptions, type OpenOptions, type ReadTableOptions } from "../codecs/index.js";
import { checkOptions, DataError, isEvtlabError, OptionError } from "../errors.js";
import type { EventTable, Frame, SensorSize } from "../events/index.js";
import { readPicture } from "../simulate/index.js";
import type { Manifest } from "./manifest.js";
import { compilePattern } from "./inventory.js";
import type { ClipRecord, Picked, Reader } from "./read/reader.js";
import type { RecordingSpan } from "./span.js";
import type { Box } from "./synchronise/affine.js";

/** What clips of a data set share. */
export interface ClipContext {
  readonly root: string;
  readonly manifest: Manifest;
  readonly reader: Reader;
  /** For formats that do not say. */
  readonly sensor: SensorSize;
  readonly labelSet: string;
}

/** Which pictures: places in the order of their numbers, `to` excluded. */
export interface PictureOptions {
  readonly from?: number;
  readonly to?: number;
}

/** A part of the pictures of a clip, `end` excluded. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** Larger files of boxes and annotations are refused unread: they hold a line. */
const mostText = 1 << 16;

export class Clip {
  /** Unique in the data set, and the same on every machine. */
  readonly id: string;
  readonly subject: string;
  /** Part of the paper's protocol, as the files name it; `undefined` for clips that it leaves out. */
  readonly part: string | undefined;
  /** Its label in the set that the data set was opened with; `undefined` for clips without one. */
  readonly label: string | undefined;
  /** Place of the label among the classes. */
  readonly classIndex: number | undefined;
  /** Labels by set: NEFER has "expected" and "reported". */
  readonly labels: Readonly<Record<string, string>>;
  /** Files and folders of the clip, for messages and programs of your own. */
  readonly files: { readonly events: string; readonly frames: string | undefined };
  readonly #record: ClipRecord;
  readonly #context: ClipContext;
  readonly #open: OpenOptions;
  #span: Promise<RecordingSpan> | undefined;

  /** @internal */
  constructor(record: ClipRecord, context: ClipContext) {
    const { root, manifest, labelSet, reader, sensor } = context;
    this.id = record.id;
    this.subject = record.subject;
    this.part = record.part;
    this.labels = record.labels;
    this.label = record.labels[labelSet];
    const index = manifest.labels.classes.findIndex(({ name }) => name === this.label);
    this.classIndex = index < 0 ? undefined : index;
    this.files = { events: join(root, record.events), frames: record.frames === undefined ? undefined : join(root, record.frames) };
    this.#record = record;
    this.#context = context;
    this.#open = reader.open(sensor);
  }

  /**
   * Its events, or those of a part of it; see {@link readEvents}.
   * @throws DataError naming the file when it cannot be read.
   */
  async events(options: ReadTableOptions = {}): Promise<EventTable> {
    return this.#reading(this.files.events, () => readEvents(this.files.events, { ...this.#open, ...options }));
  }

  /** Its events batch by batch; see {@link streamEvents}. @throws DataError */
  async *stream(options: BatchOptions = {}): AsyncGenerator<EventTable> {
    const batches = streamEvents(this.files.events, { ...this.#open, ...options })[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#reading(this.files.events, () => batches.next());
      if (next.done) return;
      yield next.value;
    }
  }

  /**
   * Times of its pictures on the clock of its events, in microseconds. How they are known differs: the rate (e-CK+), the
   * time of day in their names (FACEMORPHIC), or not at all, when they are spread over the recording (NEFER).
   * @throws DataError when it has no pictures, or their names hold no times.
   */
  async pictureTimes(): Promise<readonly bigint[]> {
    return this.#context.reader.pictureTimes(await this.#pictures(), () => this.span());
  }

  /**
   * Its pictures with their times, read one after the other.
   * @throws DataError naming the picture that cannot be read.
   */
  async *frames(options: PictureOptions = {}): AsyncGenerator<Frame> {
    checkOptions("clip.frames", options, ["from", "to"]);
    const { from = 0, to = Infinity } = options;
    if (!(from >= 0 && to >= from)) throw new OptionError({ where: "clip.frames", expected: "0 ≤ from ≤ to", received: `from ${from} to ${to}` });
    const pictures = await this.#pictures();
    const times = await this.#context.reader.pictureTimes(pictures, () => this.span());
    for (let i = Math.trunc(from); i < Math.min(to, pictures.length); i++) {
      const file = join(this.files.frames!, pictures[i]!.name);
      const picture = await this.#reading(file, () => readPicture(file));
      yield { t: times[i]!, ...picture };
    }
  }

  /** First and last event; reads all of the recording once, in bounded memory. */
  span(): Promise<RecordingSpan> {
    this.#span ??= (async () => {
      let [first, last]: (bigint | undefined)[] = [];
      for await (const { t } of this.stream()) {
        if (t.length === 0) continue;
        first ??= t[0]!;
        last = t[t.length - 1]!;
      }
      if (first === undefined || last === undefined) throw this.#unreadable(this.files.events, "no events");
      return { first, last };
    })();
    return this.#span;
  }

  /** The size of the event sensor in pixels. */
  async sensor(): Promise<SensorSize> {
    return this.#reading(this.files.events, async () => {
      await using recording = await openRecording(this.files.events, this.#open);
      return recording.info.sensor ?? this.#context.sensor;
    });
  }

  /** The face in the first picture, in pixels of the events; `undefined` where the data set has none. @throws DataError */
  async faceBox(): Promise<Box | undefined> {
    if (this.#record.box === undefined) return undefined;
    const file = join(this.#context.root, this.#record.box);
    const text = await this.#reading(file, () => readFile(file, "utf8"));
    const parts = text.trim().split(/\s+/).map(Number);
    if (text.length > mostText || parts.length !== 4 || !parts.every((part) => part >= 0 && part <= 2)) throw this.#unreadable(file, `"${text.slice(0, 60)}" instead of x y w h as parts of the picture`);
    const { width, height } = await this.sensor();
    const [x, y, w, h] = parts as [number, number, number, number];
    return { x: x * width, y: y * height, width: w * width, height: h * height };
  }

  /** The annotated pictures; `undefined` where nothing is annotated or nothing was selected. @throws DataError */
  async segment(): Promise<Segment | undefined> {
    if (this.#record.annotation === undefined) return undefined;
    const file = join(this.#context.root, this.#record.annotation);
    const { start, end } = await this.#reading(file, async () => JSON.parse(await readFile(file, "utf8")) as Partial<Segment>);
    if (!Number.isInteger(start) || !Number.isInteger(end)) throw this.#unreadable(file, "no whole numbers start and end");
    return start! < end! && start! >= 0 ? { start: start!, end: end! } : undefined;
  }

  /** Pictures in the order of their numbers. */
  async #pictures(): Promise<Picked[]> {
    const { frames } = this.files;
    const { layout } = this.#context.manifest;
    if (frames === undefined) throw new DataError({ where: this.id, file: this.files.events, expected: "a clip with pictures", received: "one without", next: "Copy its pictures beside its events" });
    const kind = layout.files.find((file) => file.kind === "frames")!;
    const pattern = compilePattern({ ...kind, pattern: kind.pattern.slice(kind.pattern.lastIndexOf("/") + 1) }, layout.fields);
    const names = await this.#reading(frames, () => readdir(frames));
    const pictures = names.flatMap((name): Picked[] => {
      const fields = pattern.exec(name)?.groups;
      return fields ? [{ name, number: Number(fields["number"]), clock: fields["clock"] }] : [];
    });
    return pictures.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
  }

  async #reading<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (cause) {
      if (isEvtlabError(cause, "DataError") || isEvtlabError(cause, "OptionError") || isEvtlabError(cause, "WindowError") || !(cause instanceof Error) || cause.name === "AbortError") throw cause;
      throw this.#unreadable(file, cause.message, cause);
    }
  }

  #unreadable(file: string, received: string, cause?: unknown): DataError {
    return new DataError({ where: file, file, expected: `a file of clip ${this.id} that can be read`, received: received.replace(/\.$/, ""), next: 'Copy it again, or pass over such clips with { onError: "skip" }', ...(cause !== undefined && { cause }) });
  }

  /** Folder of the data set that it belongs to: the same subject in another folder is somebody else. */
  get root(): string {
    return this.#context.root;
  }

  /** Text for a cell and for the console. */
  toString(): string {
    return `clip ${this.id}: ${this.label ?? "no label"}, ${this.subject}`;
  }
}
