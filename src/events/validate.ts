/**
 * Checks of columns that come from elsewhere.
 * @module
 */
import { TableError } from "../errors.js";
import { disorder } from "./time-words.js";
import { mostPixels, type EventColumns, type SensorSize, type TriggerColumns } from "./schema.js";

const eventTypes = { t: "BigInt64Array", x: "Uint16Array", y: "Uint16Array", p: "Uint8Array" } as const;
const triggerTypes = { t: "BigInt64Array", id: "Uint8Array", p: "Uint8Array" } as const;

/** Types and lengths. Types are told by their tag, so that arrays of another realm pass. */
export function checkEventArrays(columns: EventColumns): void {
  checkArrays("columns", { t: columns.t, x: columns.x, y: columns.y, p: columns.p }, eventTypes);
}

/** Types, lengths, order and edges of triggers. */
export function checkTriggers({ t, id, p }: TriggerColumns): void {
  checkArrays("triggers", { t, id, p }, triggerTypes);
  checkBits("triggers.p", p);
  const { stepsBack, first } = disorder(t);
  if (stepsBack > 0) {
    throw new TableError({ where: `triggers.t[${first}]`, expected: "times in order", received: `${t[first]} µs after ${t[first - 1]} µs` });
  }
}

/** Largest coordinate + 1 on each axis: the smallest sensor that holds all events. */
export function smallestSensor({ x, y }: EventColumns): SensorSize {
  return { width: largest(x) + 1, height: largest(y) + 1 };
}

/** Every event inside the sensor, every polarity 0 or 1. */
export function checkValues(columns: EventColumns, sensor: SensorSize): void {
  const { width, height } = sensor;
  if (![width, height].every((size) => Number.isInteger(size) && size >= 0 && size <= 65536)) {
    throw new TableError({ where: "sensor", expected: "whole pixels, at most 65536 a side", received: `${width}x${height}` });
  }
  if (width * height > mostPixels) {
    throw new TableError({ where: "sensor", expected: `at most ${mostPixels} pixels`, received: `${width}x${height}`, next: "Give the sensor that made these events" });
  }
  for (const [name, column, size] of [["x", columns.x, width], ["y", columns.y, height]] as const) {
    if (largest(column) >= size) {
      const index = column.findIndex((value) => value >= size);
      throw new TableError({
        where: `${name}[${index}]`,
        expected: `0 … ${size - 1} on a ${width}x${height} sensor`,
        received: String(column[index]),
        next: "Give the sensor that made these events, or leave it out",
      });
    }
  }
  checkBits("p", columns.p);
}

/** Times in order. */
export function checkOrder(t: BigInt64Array): void {
  const { stepsBack, largest: step, first } = disorder(t);
  if (stepsBack === 0) return;
  throw new TableError({
    where: `t[${first}]`,
    expected: "times in order",
    received: `${stepsBack} ${stepsBack === 1 ? "step" : "steps"} back in time, the largest of ${step} µs`,
    next: "Pass sort: true to sort the events (ties keep their order)",
  });
}

function checkArrays(where: string, columns: Readonly<Record<string, ArrayBufferView & { readonly length: number }>>, types: Readonly<Record<string, string>>): void {
  for (const [name, type] of Object.entries(types)) {
    const column = columns[name];
    const received = ArrayBuffer.isView(column) ? Object.prototype.toString.call(column).slice(8, -1) : typeof column;
    if (received !== type) throw new TableError({ where: `${where}.${name}`, expected: `a ${type}`, received });
  }
  const lengths = Object.entries(columns).map(([name, { length }]) => `${name} ${length}`);
  if (new Set(Object.values(columns).map(({ length }) => length)).size > 1) {
    throw new TableError({ where, expected: "columns of equal length", received: lengths.join(", ") });
  }
}

function checkBits(where: string, column: Uint8Array): void {
  let bits = 0;
  for (let i = 0; i < column.length; i++) bits |= column[i]!;
  if (bits <= 1) return;
  const index = column.findIndex((value) => value > 1);
  throw new TableError({ where: `${where}[${index}]`, expected: "0 or 1", received: String(column[index]) });
}

function largest(column: Uint16Array): number {
  let max = -1;
  for (let i = 0; i < column.length; i++) if (column[i]! > max) max = column[i]!;
  return max;
}
