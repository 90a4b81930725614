// Against independent programs: test/golden/filters.py makes the file with OpenCV and tonic.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { EventTable } from "../../src/events/index.js";
import { backgroundActivity, project, refractoryPeriod, undistort, unproject, type CameraModel } from "../../src/filters/index.js";

interface Golden {
  readonly denoise: Readonly<Record<string, readonly number[]>>;
  readonly refractory: Readonly<Record<string, readonly number[]>>;
  readonly undistort: readonly (CameraModel & { readonly points: readonly (readonly [number, number])[] })[];
}
const golden = JSON.parse(readFileSync(new URL("../golden/filters.json", import.meta.url), "utf8")) as Golden;

/** The events of test/golden/filters.py. */
function recording(count: number): EventTable {
  let state = 1n;
  const draw = (limit: number): number => {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    return Number(state >> 16n) % limit;
  };
  let time = 20000;
  const columns = { t: new BigInt64Array(count), x: new Uint16Array(count), y: new Uint16Array(count), p: new Uint8Array(count) };
  for (let i = 0; i < count; i++) {
    time += 1 + draw(40);
    columns.t[i] = BigInt(time);
    columns.x[i] = draw(32);
    columns.y[i] = draw(24);
    columns.p[i] = draw(2);
  }
  return EventTable.from(columns, { sensor: { width: 32, height: 24 } });
}

describe("filters beside other programs", () => {
  const events = recording(3000);

  it("background activity with four neighbours is tonic's denoise, behind its start", () => {
    for (const [within, times] of Object.entries(golden.denoise)) {
      assert.ok(times.length > 0 && times.length < 3000);
      assert.deepEqual(Array.from(events.pipe(backgroundActivity({ within: Number(within), neighbours: 4 })).t, Number), times);
    }
  });

  it("refractory period after any event is tonic's, with its > for our ≥", () => {
    for (const [period, times] of Object.entries(golden.refractory)) {
      assert.ok(times.length > 0 && times.length < 3000);
      assert.deepEqual(Array.from(events.pipe(refractoryPeriod({ period: Number(period) + 1, after: "any" })).t, Number), times);
    }
  });

  it("undistorted points are those of OpenCV, and project back", () => {
    for (const { points, ...camera } of golden.undistort) {
      const { fx, fy, cx, cy } = camera;
      for (const [i, [u, v]] of points.entries()) {
        const pixel = [(i % 9) * 80, Math.floor(i / 9) * 60] as const;
        const ray = unproject(camera, pixel);
        assert.ok(ray);
        const [x, y] = [fx * ray[0] + cx, fy * ray[1] + cy];
        assert.ok(Math.hypot(x - u, y - v) < 1e-6 * Math.hypot(u, v) + 1e-6, `${camera.model} at ${pixel}: ${x}, ${y} instead of ${u}, ${v}`);
        const back = project(camera, ray);
        assert.ok(Math.hypot(back[0] - pixel[0], back[1] - pixel[1]) < 1e-6);
      }
    }
  });

  it("undistorted events are the rounded points, those outside dropped", () => {
    const [brown] = golden.undistort;
    const { points, ...camera } = brown!;
    const at = points.map((_, i) => [Math.min(639, (i % 9) * 80), Math.min(479, Math.floor(i / 9) * 60)] as const);
    const table = EventTable.from(
      { t: BigInt64Array.from(at, (_, i) => BigInt(i)), x: Uint16Array.from(at, ([x]) => x), y: Uint16Array.from(at, ([, y]) => y), p: new Uint8Array(at.length) },
      { sensor: { width: 640, height: 480 } },
    );
    const moved = table.pipe(undistort({ camera }));
    assert.ok(moved.length > 20 && moved.length < at.length);
    for (let i = 0; i < moved.length; i++) {
      const index = Number(moved.t[i]);
      const [u, v] = points[index]!;
      if (index % 9 < 8 && index < 72) assert.deepEqual([moved.x[i], moved.y[i]], [Math.round(u), Math.round(v)]);
    }
    for (const [name, wrong] of Object.entries({ model: "pinhole", fx: 0, distortion: [1] })) {
      assert.throws(() => undistort({ camera: { ...camera, [name]: wrong } }), { tag: "OptionError" });
    }
  });
});
