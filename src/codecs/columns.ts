import { unwrittenColumns } from "../events/memory.js";
import type { EventColumns, TriggerColumns } from "../events/schema.js";
import { concatTriggers } from "../events/triggers.js";

/**
 * Columns that grow as batches arrive.
 *
 * They are made larger than needed: memory that is never written is never given out by the system, while every copy
 * costs. The finished columns are views.
 */
export class GrowingColumns {
  length = 0;
  #t: EventColumns["t"] = new BigInt64Array(0);
  #x: EventColumns["x"] = new Uint16Array(0);
  #y: EventColumns["y"] = new Uint16Array(0);
  #p: EventColumns["p"] = new Uint8Array(0);
  readonly #triggers: TriggerColumns[] = [];

  /** Makes room for `capacity` events in all. */
  reserve(capacity: number): void {
    if (capacity <= this.#t.length) return;
    const grow = <Column extends BigInt64Array | Uint16Array | Uint8Array>(old: Column, grown: Column): Column => {
      (grown as Uint8Array).set(old.subarray(0, this.length) as Uint8Array);
      return grown;
    };
    const { t, x, y, p } = unwrittenColumns(capacity);
    this.#t = grow(this.#t, t);
    this.#x = grow(this.#x, x);
    this.#y = grow(this.#y, y);
    this.#p = grow(this.#p, p);
  }

  /** Begins with columns of which the first `length` events are filled already. */
  adopt({ t, x, y, p }: EventColumns, length: number, triggers: TriggerColumns): void {
    this.#t = t;
    this.#x = x;
    this.#y = y;
    this.#p = p;
    this.length = length;
    this.#triggers.push(triggers);
  }

  append({ t, x, y, p }: EventColumns, triggers: TriggerColumns): void {
    const needed = this.length + t.length;
    if (needed > this.#t.length) this.reserve(Math.max(needed, Math.ceil(this.#t.length * 1.5)));
    this.#t.set(t, this.length);
    this.#x.set(x, this.length);
    this.#y.set(y, this.length);
    this.#p.set(p, this.length);
    this.length = needed;
    if (triggers.t.length > 0) {
      this.#triggers.push({ t: triggers.t.slice(), id: triggers.id.slice(), p: triggers.p.slice() });
    }
  }

  /** Views of what was appended. */
  finish(): { columns: EventColumns; triggers: TriggerColumns } {
    const end = this.length;
    return {
      columns: {
        t: this.#t.subarray(0, end),
        x: this.#x.subarray(0, end),
        y: this.#y.subarray(0, end),
        p: this.#p.subarray(0, end),
      },
      triggers: concatTriggers(this.#triggers),
    };
  }
}
