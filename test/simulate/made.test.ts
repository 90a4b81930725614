import assert from "node:assert/strict";
import { disorder, EventTable } from "../../src/events/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { movingEdges } from "../../src/simulate/index.js";
import { digest } from "../events/random-table.js";

const small = { width: 160, height: 120, seed: 5 };
const refuses = (act: () => unknown, text: RegExp): void =>
  assert.throws(act, (error) => isEvtlabError(error, "OptionError") && text.test(error.message));

describe("simulate", () => {
  for (const [name, make] of Object.entries({
    movingEdges: (seed: number) => movingEdges({ ...small, duration: "200ms", seed }),
  })) {
    it(`${name}: same seed, same bytes; another seed, other events`, () => {
      assert.equal(digest(make(5)), digest(make(5)));
      assert.notEqual(digest(make(5)), digest(make(6)));
    });
    it(`${name}: a valid table within its sensor and time`, () => {
      const table = make(5);
      assert.ok(table.length > 500);
      assert.equal(EventTable.from(table, { sensor: table.sensor }).length, table.length);
      assert.ok(table.t[0]! >= 0n && table.window.to <= 200_000n);
      const share = table.summary().on / table.length;
      assert.ok(share > 0.35 && share < 0.65, `on share ${share}`);
    });
  }

  it("movingEdges ends with exactly the events asked for, and fewer are the start of more", () => {
    const [few, many] = [movingEdges({ ...small, events: 3000 }), movingEdges({ ...small, events: 9000 })];
    assert.deepEqual([few.length, many.length], [3000, 9000]);
    assert.equal(digest(EventTable.concat([many.slice(0, 3000)])), digest(EventTable.concat([few])));
    assert.equal(disorder(many.t).stepsBack, 0);
  });

  it("movingEdges: neighbours of a row fire in the same microsecond, half of the events or more in runs of three", () => {
    const { t, x, y, p, length } = movingEdges({ events: 200_000, seed: 1 });
    let inRuns = 0;
    for (let i = 0, run = 1; i < length; i++, run++) {
      const goes = i + 1 < length && t[i + 1] === t[i] && y[i + 1] === y[i] && p[i + 1] === p[i] && x[i + 1] === x[i]! + 1;
      if (goes) continue;
      if (run >= 3) inRuns += run;
      run = 0;
    }
    assert.ok(inRuns > length / 2, `${inRuns} of ${length}`);
  });

  it("refuses what it cannot make", () => {
    refuses(() => movingEdges({ seed: 1 }), /either events or duration, got neither/);
    refuses(() => movingEdges({ seed: 1, events: 5, duration: 5 }), /both/);
    refuses(() => movingEdges({ events: 5 } as never), /seed/);
    refuses(() => movingEdges({ seed: 1, events: 1.5 }), /whole number/);
    refuses(() => movingEdges({ seed: 1, events: 5, width: 4 }), /16 to 65536/);
    refuses(() => movingEdges({ seed: 1, events: 5, size: 4 } as never), /size/);
  });
});
