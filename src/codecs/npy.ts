/**
 * The header of a `.npy` array: what it holds, without what could run. Arrays of Python objects are pickles, and
 * refused.
 *
 * Source: "NEP 1 — A Simple File Format for NumPy Arrays".
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { NumberType } from "./number-columns.js";

export interface NpyField {
  readonly name: string;
  readonly offset: number;
  /** `undefined` for padding, strings, and fields of several values. */
  readonly type: NumberType | undefined;
}

export interface NpyArray {
  readonly shape: readonly number[];
  /** Bytes of an element. */
  readonly itemBytes: number;
  /** The numbers of the array, or `undefined` for records. */
  readonly type: NumberType | undefined;
  /** The fields of records. */
  readonly fields: readonly NpyField[];
  /** A type as NumPy writes it: "<i8", "|S5". */
  readonly descr: string;
  /** First byte of the values. */
  readonly start: number;
}

export function isNpy(head: Uint8Array): boolean {
  return head.length > 10 && Buffer.from(head.buffer, head.byteOffset, 6).toString("latin1") === "\x93NUMPY";
}

/** @throws DecodeError */
export async function readNpyHeader(source: ByteSource): Promise<NpyArray> {
  const refuse = (expected: string, received: string, next?: string): never => {
    throw new DecodeError({ codec: "npz", byteOffset: 0, expected: `${expected} in ${source.name}`, received, ...(next !== undefined && { next }) });
  };
  const head = new Uint8Array(12);
  const got = await source.read(head, 0);
  if (got < 12 || !isNpy(head)) return refuse("an array of NumPy", "other bytes");
  const view = new DataView(head.buffer);
  const prefix = head[6] === 1 ? 10 : 12;
  const length = head[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (head[6] < 1 || head[6] > 3) return refuse("an array of format version 1, 2 or 3", `version ${head[6]}`);
  if (length > 1 << 20) return refuse("a header of at most 1 MiB", `one of ${length} bytes`);
  const bytes = new Uint8Array(length);
  if ((await source.read(bytes, prefix)) < length) return refuse("a header", "the end of the file");
  let parsed: unknown;
  try {
    parsed = new Literal(Buffer.from(bytes).toString("utf8")).parse();
  } catch (error) {
    return refuse("a header with descr, fortran_order and shape", (error as Error).message);
  }
  const { descr, fortran_order: fortran, shape } = parsed as Record<string, unknown>;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0) || shape.length > 8) return refuse("a shape", JSON.stringify(shape));
  if (fortran === true && shape.length > 1) return refuse("values row by row", "columns first (Fortran order)", "Save it with np.ascontiguousarray");
  const fields: NpyField[] = [];
  let itemBytes = 0;
  if (Array.isArray(descr)) {
    for (const field of descr as unknown[]) {
      const [rawName, rawType, repeat] = Array.isArray(field) ? (field as unknown[]) : [];
      const name = Array.isArray(rawName) ? String(rawName[1]) : String(rawName);
      const type = typeof rawType === "string" ? parseType(rawType) : undefined;
      if (!type) return refuse("fields of numbers", JSON.stringify(field), "Arrays of Python objects can hold anything that runs, and are not read");
      const count = Array.isArray(repeat) ? (repeat as number[]).reduce((product, size) => product * size, 1) : 1;
      fields.push({ name, offset: itemBytes, type: repeat === undefined ? type.number : undefined });
      itemBytes += type.bytes * count;
    }
    return checked({ shape: shape as number[], itemBytes, type: undefined, fields, descr: "records", start: prefix + length });
  }
  const type = typeof descr === "string" ? parseType(descr) : undefined;
  if (!type) return refuse("an array of numbers", `one of type ${JSON.stringify(descr)}`, "Arrays of Python objects (pickles) can hold anything that runs, and are not read: save numbers");
  return checked({ shape: shape as number[], itemBytes: type.bytes, type: type.number, fields, descr: descr as string, start: prefix + length });

  /** The shape must be one that the file can hold. */
  function checked(array: NpyArray): NpyArray {
    const total = array.shape.reduce((product, size) => product * size, 1) * array.itemBytes;
    if (array.itemBytes < 1 || array.itemBytes > 1 << 16) return refuse("elements of 1 to 65536 bytes", `${array.itemBytes}`);
    if (!Number.isSafeInteger(total) || (source.size !== undefined && total > source.size - array.start)) {
      return refuse(`an array that fits into its file`, `a shape of ${array.shape.join(" x ")} with ${array.itemBytes} bytes each`);
    }
    return array;
  }
}

/** A type such as "<i8"; without a number for strings and padding, `undefined` for objects and what is not known. */
function parseType(descr: string): { number: NumberType | undefined; bytes: number } | undefined {
  const match = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(descr);
  if (!match) return undefined;
  const [, order, kind, digits] = match;
  const size = digits === "" ? 1 : Number(digits);
  const kinds: Readonly<Record<string, NumberType["kind"]>> = { i: "integer", u: "integer", f: "float", b: "boolean", "?": "boolean" };
  if (kind === "V" || kind === "S" || kind === "U") return { number: undefined, bytes: kind === "U" ? 4 * size : size };
  const found = kinds[kind];
  if (!found || ![1, 2, 4, 8].includes(size) || (found === "float" && size === 1)) return undefined;
  return { number: { kind: found, size: size as 1 | 2 | 4 | 8, signed: kind === "i" || kind === "f", bigEndian: order === ">" }, bytes: size };
}

/** The literals of Python that headers are made of: dictionaries, tuples, lists, strings, whole numbers, booleans. */
class Literal {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  parse(depth = 0): unknown {
    if (depth > 8) throw new Error("literals nested too deep");
    this.#blanks();
    const char = this.#text[this.#at];
    if (char === "{") {
      const entries: [string, unknown][] = [];
      this.#list("}", () => {
        const key = String(this.parse(depth + 1));
        this.#expect(":");
        entries.push([key, this.parse(depth + 1)]);
      });
      return Object.fromEntries(entries);
    }
    if (char === "(" || char === "[") {
      const items: unknown[] = [];
      this.#list(char === "(" ? ")" : "]", () => items.push(this.parse(depth + 1)));
      return items;
    }
    const rest = this.#text.slice(this.#at, this.#at + 4096);
    const match = /^(?:'([^'\\]*)'|"([^"\\]*)"|(\d{1,18})L?|(True|False|None))/.exec(rest);
    if (!match) throw new Error(`"${rest.slice(0, 20)}"`);
    this.#at += match[0].length;
    const [, single, double, number, word] = match;
    if (number !== undefined) return Number(number);
    if (word !== undefined) return word === "True" ? true : word === "False" ? false : null;
    return single ?? double;
  }

  #list(end: string, item: () => void): void {
    this.#at++;
    for (this.#blanks(); this.#text[this.#at] !== end; this.#blanks()) {
      item();
      this.#blanks();
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== end) throw new Error(`"${this.#text.slice(this.#at, this.#at + 20)}" where "${end}" belongs`);
    }
    this.#at++;
  }

  #expect(char: string): void {
    this.#blanks();
    if (this.#text[this.#at++] !== char) throw new Error(`no "${char}"`);
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "x")) this.#at++;
  }
}
