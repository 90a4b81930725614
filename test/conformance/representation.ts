/** The conformance tests of the package as suites, and random tables. */
import fc from "fast-check";
import { EventTable } from "../../src/events/table.js";
import { conformance } from "../../src/represent/conformance.js";
import type { Device, Representation } from "../../src/represent/representation.js";

const sensor = { width: 37, height: 23 };
const start = 1_700_000_000_000_000n;

/** Sorted events on a small sensor, with ties, repeats at one pixel, and an odd time origin. */
export function tables(least: number, most: number): fc.Arbitrary<EventTable> {
  const event = fc.record({
    dt: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(5000)),
    x: fc.oneof(fc.constantFrom(0, sensor.width - 1), fc.nat(sensor.width - 1)),
    y: fc.oneof(fc.constantFrom(0, sensor.height - 1), fc.nat(sensor.height - 1)),
    p: fc.nat(1),
  });
  return fc.array(event, { minLength: least, maxLength: most, size: "max" }).map((events) => {
    let t = start;
    return EventTable.from(
      {
        t: BigInt64Array.from(events, ({ dt }) => (t += BigInt(dt))),
        x: Uint16Array.from(events, ({ x }) => x),
        y: Uint16Array.from(events, ({ y }) => y),
        p: Uint8Array.from(events, ({ p }) => p),
      },
      { sensor },
    );
  });
}

/** Adds the tests of `representation`, on the given devices: all but WebGPU when left out. */
export function conforms(representation: Representation, devices?: readonly Device[]): void {
  for (const { name, run } of conformance(representation, devices)) it(name, run);
}
