/**
 * Reads the few FlatBuffers tables that AEDAT4 consists of, with every offset checked, and writes the simplest of them.
 *
 * A table starts with the distance back to its vtable; the vtable holds, for each field, its place in the table.
 * @module
 */

/** An offset that leads outside the buffer. */
export class BrokenBuffer extends Error {}

export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The table at the root of a buffer. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, u32(view, 0));
  }

  i32(field: number, missing: number): number {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 4), this.#view.getInt32(at, true));
  }

  i16(field: number, missing: number): number {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 2), this.#view.getInt16(at, true));
  }

  i8(field: number, missing: number): number {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 1), this.#view.getInt8(at));
  }

  i64(field: number, missing: bigint): bigint {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 8), this.#view.getBigInt64(at, true));
  }

  f32(field: number, missing: number): number {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 4), this.#view.getFloat32(at, true));
  }

  /** A member of a struct that lies in the table; 0 when the struct is missing. */
  structI32(field: number, offset: number): number {
    const at = this.#field(field);
    return at === undefined ? 0 : (check(this.#view, at + offset, 4), this.#view.getInt32(at + offset, true));
  }

  string(field: number): string {
    return new TextDecoder().decode(this.structs(field, 1));
  }

  /** The bytes of a vector of structs. */
  structs(field: number, structBytes: number): Uint8Array {
    const vector = this.#vector(field, structBytes);
    return vector ? new Uint8Array(this.#view.buffer, this.#view.byteOffset + vector.at, vector.length * structBytes) : new Uint8Array(0);
  }

  /** A table that this one refers to. */
  table(field: number): FlatTable | undefined {
    const reference = this.#field(field);
    return reference === undefined ? undefined : new FlatTable(this.#view, reference + u32(this.#view, reference));
  }

  /** The tables of a vector of tables. */
  *tables(field: number): Generator<FlatTable> {
    const vector = this.#vector(field, 4);
    for (let i = 0; vector && i < vector.length; i++) {
      const at = vector.at + i * 4;
      yield new FlatTable(this.#view, at + u32(this.#view, at));
    }
  }

  #vector(field: number, elementBytes: number): { at: number; length: number } | undefined {
    const reference = this.#field(field);
    if (reference === undefined) return undefined;
    const at = reference + u32(this.#view, reference);
    const length = u32(this.#view, at);
    check(this.#view, at + 4, length * elementBytes);
    return { at: at + 4, length };
  }

  #field(field: number): number | undefined {
    check(this.#view, this.#at, 4);
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const place = 4 + field * 2;
    if (place + 2 > u16(this.#view, vtable)) return undefined;
    const offset = u16(this.#view, vtable + place);
    return offset === 0 ? undefined : this.#at + offset;
  }
}

function u32(view: DataView, at: number): number {
  check(view, at, 4);
  return view.getUint32(at, true);
}

function u16(view: DataView, at: number): number {
  check(view, at, 2);
  return view.getUint16(at, true);
}

function check(view: DataView, at: number, length: number): void {
  if (at >= 0 && at + length <= view.byteLength) return;
  throw new BrokenBuffer(`an offset that leads to byte ${at + length} of ${view.byteLength}`);
}

/**
 * A buffer, its size before it, whose root is a vector of equal tables.
 * @param layout bytes of a table, a multiple of 8, and where in it each field lies, from the first on
 * @param write writes one table, but for its first four bytes; `at` is a multiple of 8
 */
export function vectorOfTables<Row>(
  identifier: string,
  rows: readonly Row[],
  layout: { readonly size: number; readonly fields: readonly number[] },
  write: (view: DataView, at: number, row: Row) => void,
): Uint8Array {
  const rootTable = [6, 8, 4];
  const rowTable = [4 + layout.fields.length * 2, layout.size, ...layout.fields];
  const rowTableAt = 12 + rootTable.length * 2;
  const root = (rowTableAt + rowTable.length * 2 + 3) & ~3;
  const vector = root + 8;
  const first = (vector + 4 + rows.length * 4 + 7) & ~7;
  const bytes = Buffer.alloc(first + rows.length * layout.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(0, bytes.length - 4, true);
  view.setUint32(4, root - 4, true);
  bytes.write(identifier, 8);
  [...rootTable, ...rowTable].forEach((word, i) => view.setUint16(12 + i * 2, word, true));
  view.setInt32(root, root - 12, true);
  view.setUint32(root + 4, vector - (root + 4), true);
  view.setUint32(vector, rows.length, true);
  rows.forEach((row, i) => {
    const at = first + i * layout.size;
    const entry = vector + 4 + i * 4;
    view.setUint32(entry, at - entry, true);
    view.setInt32(at, at - rowTableAt, true);
    write(view, at, row);
  });
  return bytes;
}
