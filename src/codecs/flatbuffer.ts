/**
 * Reads the few FlatBuffers tables that AEDAT4 consists of, with every offset checked.
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

  i8(field: number, missing: number): number {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 1), this.#view.getInt8(at));
  }

  i64(field: number, missing: bigint): bigint {
    const at = this.#field(field);
    return at === undefined ? missing : (check(this.#view, at, 8), this.#view.getBigInt64(at, true));
  }

  string(field: number): string {
    return new TextDecoder().decode(this.structs(field, 1));
  }

  /** The bytes of a vector of structs. */
  structs(field: number, structBytes: number): Uint8Array {
    const vector = this.#vector(field, structBytes);
    return vector ? new Uint8Array(this.#view.buffer, this.#view.byteOffset + vector.at, vector.length * structBytes) : new Uint8Array(0);
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
