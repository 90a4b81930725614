import { EventTable } from "../events/table.js";

const digitBits = 16;

/** A table with the same events in order of time; events of one time keep their order. */
export function sortByTime(events: EventTable): EventTable {
  const order = timeOrder(events.t);
  const pick = <Column extends BigInt64Array | Uint16Array | Uint8Array>(column: Column): Column => {
    const sorted = column.slice() as Column;
    for (let i = 0; i < order.length; i++) sorted[i] = column[order[i]];
    return sorted;
  };
  const columns = { t: pick(events.t), x: pick(events.x), y: pick(events.y), p: pick(events.p) };
  return new EventTable(columns, { ...fieldsOf(events), origin: columns.t[0] ?? 0n });
}

function fieldsOf({ sensor, triggers, provenance }: EventTable) {
  return { sensor, triggers, provenance: { ...provenance, assumptions: [...provenance.assumptions, "Sorted by time, as asked."] } };
}

/** Positions of the events in order of time: a stable radix sort, as many passes as the span of the times needs. */
function timeOrder(t: BigInt64Array): Uint32Array {
  let first = t[0] ?? 0n;
  let last = first;
  for (let i = 1; i < t.length; i++) {
    if (t[i] < first) first = t[i];
    else if (t[i] > last) last = t[i];
  }
  let order = Uint32Array.from(t.keys());
  let next = new Uint32Array(t.length);
  const digits = new Uint16Array(t.length);
  for (let shift = 0n; last - first >> shift > 0n; shift += BigInt(digitBits)) {
    for (let i = 0; i < t.length; i++) digits[i] = Number(((t[i] - first) >> shift) & 0xffffn);
    const starts = new Uint32Array((1 << digitBits) + 1);
    for (let i = 0; i < digits.length; i++) starts[digits[i] + 1]++;
    for (let digit = 0; digit < 1 << digitBits; digit++) starts[digit + 1] += starts[digit];
    for (let i = 0; i < order.length; i++) next[starts[digits[order[i]]]++] = order[i];
    [order, next] = [next, order];
  }
  return order;
}
