import assert from "node:assert/strict";
import { isEvtlabError } from "../../src/errors.js";
import { toMicroseconds, toSensorWindow, type Duration } from "../../src/events/time.js";

describe("events/time", () => {
  it("reads durations with units", () => {
    const cases: [Duration, number][] = [[12, 12], ["33ms", 33_000], ["1.5s", 1_500_000], ["2min", 120_000_000], ["-1us", -1]];
    for (const [duration, expected] of cases) assert.equal(toMicroseconds(duration), expected);
  });
  it("refuses what has no unit, naming it", () => {
    assert.throws(() => toMicroseconds("33" as Duration), (error) => isEvtlabError(error, "OptionError") && error.message.includes('"33"'));
  });
  it("counts durations from the origin, and takes a bigint as it is", () => {
    assert.deepEqual(toSensorWindow({ from: "1ms", to: 5000n }, 100n), { from: 1100n, to: 5000n });
  });
  it("refuses empty and inverted windows", () => {
    assert.throws(() => toSensorWindow({ from: 5, to: 5 }, 0n), /empty/);
    assert.throws(() => toSensorWindow({ from: 6, to: 5 }, 0n), /inverted/);
  });
});
