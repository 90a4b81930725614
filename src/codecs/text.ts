/**
 * Events as text: a line an event, numbers parted by blanks, tabs, commas or semicolons.
 *
 * A header names the columns ("timestamp,x,y,polarity"), or the option `columns` does; without either, lines whose
 * first number alone has a decimal point are "t x y p" in seconds, as the datasets of RPG Zurich are. A first line of two
 * whole numbers, or a comment "# 640x480", is the size of the sensor. Times with a decimal point are seconds; of whole numbers the header
 * ("t_us", "t [ns]") or `timeUnit` must say what they are. They are taken exactly, and rounded to microseconds.
 *
 * Source: "The Event-Camera Dataset and Simulator" (Mueggler et al., 2017); rpg_e2vid for the first line.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventBatch, EventCodec, ReadFromOptions } from "./codec.js";
import { columnOf, parseColumns, unknownUnit } from "./column-names.js";
import { textFormat, type TextColumn, type TimeUnitName } from "./text.definition.js";
import { writeText } from "./text.writer.js";
import { WordDecoder } from "./word-decoder.js";

const headBytes = 16384;
const longestLine = 1 << 16;
const bookmarkSpacing = 1 << 19;
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export const text: EventCodec = {
  name: "text",
  title: "Text and CSV",
  source: "Mueggler et al. 2017 (t x y p); rpg_e2vid",
  endings: ["txt", "csv"],
  triggers: false,
  bookmarks: true,
  tail: true,
  sniff(head) {
    const shape = head.length > 0 && shapeOf(head);
    return shape !== false && shape !== undefined;
  },
  async info(source) {
    const shape = await readShape(source);
    const assumptions = [
      ...(shape.guessed ? ["No header names the columns: taken as t x y p, the time in seconds."] : []),
      ...(!shape.guessed && shape.unit === undefined && shape.pointed ? ["Times have a decimal point and were taken as seconds."] : []),
    ];
    return { format: "text", sensor: shape.sensor, header: shape.names ? { columns: shape.names } : {}, assumptions };
  },
  async *read(source, options = {}) {
    const shape = await readShape(source);
    const columns = options.columns === undefined ? shape.columns : parseColumns(options.columns);
    if (columns === undefined) {
      throw new FormatError({
        where: source.name,
        expected: "a header that names the columns",
        received: `lines like "${shape.sample}"`,
        next: 'Name the columns in order with `columns`, for instance "t x y p"',
      });
    }
    const unit = options.timeUnit ?? shape.unit ?? (timesHavePoint(shape, columns) ? "s" : undefined);
    if (unit === undefined) throw unknownUnit(source.name, `the times of lines like "${shape.sample}"`);
    yield* readLines(source, shape, new WordDecoder(textFormat(columns, unit), options.sensor ?? shape.sensor, options), options);
  },
  write: writeText,
};

interface Shape {
  /** First byte of the first line of numbers. */
  readonly start: number;
  readonly sensor: SensorSize | undefined;
  readonly columns: readonly TextColumn[] | undefined;
  /** The header line. */
  readonly names: string | undefined;
  readonly unit: TimeUnitName | undefined;
  /** True if the order of the columns is the usual one, and not stated. */
  readonly guessed: boolean;
  /** True if some time of the first lines has a decimal point. */
  readonly pointed: boolean;
  readonly sample: string;
  readonly rows: readonly (readonly string[])[];
}

/** What the first lines say; `undefined` when they are not lines of at least four numbers. */
function shapeOf(head: Uint8Array): Shape | undefined {
  const whole = head.length < headBytes ? head : head.subarray(0, head.lastIndexOf(10) + 1);
  for (const byte of whole) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) return undefined;
  const content = Buffer.from(whole.buffer, whole.byteOffset, whole.length).toString("latin1");
  let start = content.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  let sensor: SensorSize | undefined;
  let names: string | undefined;
  let columns: TextColumn[] | undefined;
  let unit: TimeUnitName | undefined;
  const rows: string[][] = [];
  for (let at = start; at < content.length && rows.length < 100; ) {
    const newline = content.indexOf("\n", at);
    const end = newline < 0 ? content.length : newline;
    const line = content.slice(at, end).trim();
    const fields = line.split(/\s*[,;]\s*|\s+/).filter((field) => field !== "");
    const named = namesIn(line.replace(/^[#%]\s*/, ""));
    if (rows.length === 0 && columns === undefined && named) {
      ({ columns, unit } = named);
      names = line;
      start = Math.min(end + 1, content.length);
    } else if (line === "" || /^[#%]/.test(line)) {
      const size = /^[#%]\s*(\d{1,5})x(\d{1,5})$/.exec(line);
      if (size) sensor ??= { width: Number(size[1]), height: Number(size[2]) };
      if (rows.length === 0) start = Math.min(end + 1, content.length);
    } else if (rows.length === 0 && sensor === undefined && fields.length === 2 && fields.every((field) => /^\d{1,5}$/.test(field) && Number(field) > 0)) {
      sensor = { width: Number(fields[0]), height: Number(fields[1]) };
      start = Math.min(end + 1, content.length);
    } else if (fields.length >= 4 && fields.every((field) => number.test(field))) rows.push(fields);
    else if (newline >= 0 || rows.length === 0) {
      // Under a header that names all columns these are its lines, damaged or not numbers, which the reader tells.
      if (rows.length === 0 && columns === undefined) return undefined;
      break;
    }
    at = end + 1;
  }
  if (rows.length === 0 && columns === undefined) return undefined;
  const isWhole = (field: string) => /^[+-]?\d+$/.test(field);
  const usual = rows.length > 0 && rows.every((fields) => fields.length === 4 && fields.slice(1).every(isWhole)) && rows.some(([first]) => !isWhole(first));
  const shape = { start, sensor, names, unit, sample: rows[0]?.join(" ").slice(0, 80) ?? "", rows };
  if (columns) return { ...shape, columns, guessed: false, pointed: timesHavePoint({ rows }, columns) };
  return { ...shape, columns: usual ? ["t", "x", "y", "p"] : undefined, guessed: usual, pointed: usual };
}

function timesHavePoint({ rows }: Pick<Shape, "rows">, columns: readonly TextColumn[]): boolean {
  const at = columns.indexOf("t");
  return rows.some((fields) => /[.eE]/.test(fields[at] ?? ""));
}

/** The columns that a header line names: all four, others passed over. */
function namesIn(line: string): { columns: TextColumn[]; unit: TimeUnitName | undefined } | undefined {
  const names = line.split(/[,;\t]/.test(line) ? /\s*[,;\t]\s*/ : /\s+/);
  const found = names.map(columnOf);
  const complete = ["t", "x", "y", "p"].every((wanted) => found.filter((one) => one?.column === wanted).length === 1);
  if (!complete || names.length > 16) return undefined;
  return { columns: found.map((one) => one?.column ?? "-"), unit: found.find((one) => one?.unit)?.unit };
}

async function readShape(source: ByteSource): Promise<Shape> {
  const buffer = new Uint8Array(headBytes);
  const head = buffer.subarray(0, await source.read(buffer, 0));
  const shape = shapeOf(head);
  if (shape) return shape;
  throw new DecodeError({
    codec: "text", byteOffset: 0, expected: "lines of at least four numbers, with or without a header",
    received: JSON.stringify(Buffer.from(head.subarray(0, 60)).toString("latin1").split("\n")[0]),
  });
}

/** Gives the decoder whole lines: what a chunk has begun goes in front of the next one. */
async function* readLines(source: ByteSource, shape: Shape, decoder: WordDecoder, options: ReadFromOptions): AsyncGenerator<EventBatch> {
  const { resume, onBookmark, bookmarkBytes = bookmarkSpacing } = options;
  const { block } = decoder;
  const { chunkBytes } = block.size;
  const input = block.input(0);
  let position = resume?.byteOffset ?? shape.start;
  let nextBookmark = position + bookmarkBytes;
  let carried = 0;
  if (resume) decoder.resume(resume);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const ended = source.grown !== undefined && (await source.grown(position + carried)) === 0;
      const free = block.bytes.subarray(input + carried, input + chunkBytes - 1);
      const got = ended ? 0 : await source.read(free, position + carried);
      // Of a file that is still written, what is there is not the end.
      const atEnd = ended || (got < free.length && !source.grown);
      let end = input + carried + got;
      if (atEnd && end > input && block.bytes[end - 1] !== 10) block.bytes[end++] = 10;
      const whole = atEnd ? end : block.bytes.lastIndexOf(10, end - 1) + 1;
      if (!atEnd && end - Math.max(whole, input) > longestLine) {
        throw new DecodeError({ codec: "text", byteOffset: position, expected: `lines of at most ${longestLine} bytes`, received: "a longer one" });
      }
      const toFile = position - input;
      // A fault stands at the end of its line: say where the line begins.
      const lineOf = (at: number) => (block.bytes[at] === 10 && at > input ? Math.max(input, block.bytes.lastIndexOf(10, at - 1) + 1) : at) + toFile;
      let decoded = input;
      while (onBookmark && whole + toFile > nextBookmark) {
        const line = block.bytes.indexOf(10, nextBookmark - toFile) + 1;
        yield* decoder.decode(decoded, line, lineOf);
        yield* decoder.flush(line + toFile);
        onBookmark(decoder.bookmark(line + toFile));
        decoded = line;
        nextBookmark = line + toFile + bookmarkBytes;
      }
      yield* decoder.decode(decoded, whole, lineOf);
      yield* decoder.flush(whole + toFile);
      if (atEnd) return;
      carried = end - whole;
      block.bytes.copyWithin(input, whole, end);
      position += whole - input;
    }
  } finally {
    decoder.release();
  }
}
