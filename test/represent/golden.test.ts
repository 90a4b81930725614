import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { EventTable } from "../../src/events/table.js";
import { build } from "../../src/represent/build.js";
import type { Device, Representation } from "../../src/represent/representation.js";
import {
  averageSurface, binaRep, ergo12, hats, rectifiedVoxelGrid, surfaceSteps, evFlowNet, eventCount, eventFrames, mixedDensityStack, multiChannelSurface, signedCount, stackedHistogram,
  temporalBinary, tencode, timeSurface, tore, voxelGrid,
} from "../../src/represent/index.js";
import { standardiseNonZero } from "../../src/represent/voxel.js";
import { readSafetensors, type Tensor } from "../golden/safetensors.js";

const folder = "../shared/data/goldens";
const recordings = { synth: { width: 64, height: 48 }, evt3: { width: 80, height: 45 } };
type RecordingName = keyof typeof recordings;

/** EventCV's channels: ours in another order. */
const onBeforeOff = [1, 0];

const cases: readonly [golden: string, of: (recording: RecordingName) => Representation, order?: readonly number[]][] = [
  ["count_polarity", () => eventCount()],
  ["signed_sum", () => signedCount()],
  ["e2vid_voxel_B5", () => voxelGrid({ bins: 5 })],
  ["e2vid_voxel_B5_norm", () => voxelGrid({ bins: 5, normalize: "nonzero" })],
  ["tonic_voxel_B5", () => voxelGrid({ bins: 5, convention: "tonic" })],
  ["metavision_cube_B5", () => voxelGrid({ bins: 5, convention: "metavision" })],
  ["time_surface_exp", (recording) => timeSurface({ decay: "exponential", tau: recording === "synth" ? "30ms" : "300us" })],
  ["time_surface_linear", (recording) => timeSurface({ decay: "linear", window: recording === "synth" ? "50ms" : "5ms" })],
  ["tbr_8", (recording) => temporalBinary({ dt: recording === "synth" ? "4ms" : "100us" })],
  ["tbr_8_oldest_msb", (recording) => temporalBinary({ dt: recording === "synth" ? "4ms" : "100us", newest: "lsb" })],
  ["tonic_frame_T5", () => eventFrames({ bins: 5, remainder: "drop" })],
  ["eventcv_atsurf", (recording) => averageSurface({ tau: recording === "synth" ? "30ms" : "300us" }), onBeforeOff],
  ["tonic_binarep_8", () => binaRep()],
  ["tore_K3", () => tore()],
  ["mdes_B10", () => mixedDensityStack()],
  ["stacked_histogram_B10", () => stackedHistogram()],
  ["evflownet_4ch", () => evFlowNet()],
  ["tencode", () => tencode()],
  ["ergo12", () => ergo12()],
  ["tonic_timesurface", (recording) =>
    recording === "synth" ? surfaceSteps({ steps: 4, dt: "20ms", tau: "30ms" }) : surfaceSteps({ steps: 3, dt: 200, tau: 300 })],
  ["eventcv_mcts", (recording) => multiChannelSurface({ longest: recording === "synth" ? "50ms" : "5ms" })],
];

describe("represent: goldens of independent programs", () => {
  let goldens: ReadonlyMap<string, Tensor>;
  let tolerances: Record<string, { tolerance: number }>;
  before(function () {
    if (!existsSync(folder)) {
      console.log(`      skipped: ${folder} is missing`);
      this.skip();
    }
    goldens = readSafetensors(`${folder}/representations_golden.safetensors`);
    tolerances = JSON.parse(readFileSync(`${folder}/representations_golden.json`, "utf8")).tensors;
  });

  for (const recording of Object.keys(recordings) as RecordingName[]) {
    for (const [name, of, order] of cases) {
      const representation = of(recording);
      for (const device of Object.keys(representation.kernels).filter((device) => device !== "webgpu") as Device[]) {
        it(`${recording}/${name} on ${device}`, async () => {
          const grid = await build(eventsOf(recording), representation, { device });
          const golden = goldens.get(`${recording}/${name}`)!;
          const { tolerance } = tolerances[`${recording}/${name}`]!;
          const expected = channelsLast(golden.data as Float32Array, grid.shape, order);
          let greatest = 0;
          for (let i = 0; i < expected.length; i++) greatest = Math.max(greatest, Math.abs(grid.data[i]! - expected[i]!));
          assert.ok(greatest <= tolerance, `differs by ${greatest}, tolerance ${tolerance}`);
        });
      }
    }
  }

  it("are all compared: there is no tensor without a test here", () => {
    const elsewhere = ["tonic_hats", "dsec_voxel_B5", "dsec_voxel_B5_norm", "eventcv_voxel_B5_default"];
    const compared = [...cases.map(([name]) => name), ...elsewhere].sort();
    for (const recording of Object.keys(recordings)) {
      const names = [...goldens.keys()].filter((name) => name.startsWith(`${recording}/`) && !name.includes("/events.")).map((name) => name.slice(recording.length + 1));
      assert.deepEqual(names.sort(), compared, recording);
    }
    assert.deepEqual(Object.keys(tolerances).sort(), [...goldens.keys()].filter((name) => !name.includes("/events.")).sort());
  });

  for (const recording of Object.keys(recordings) as RecordingName[]) {
    for (const device of ["cpu", "wasm"] as const) {
      it(`${recording}/tonic_hats on ${device}`, async () => {
        const [window, tau] = recording === "synth" ? [50_000, 30_000] : [5000, 300];
        const representation = hats({ cell: 8, radius: 2, window, tau });
        const grid = await build(eventsOf(recording).slice(0, 2000), representation, { device });
        const golden = goldens.get(`${recording}/tonic_hats`)!.data as Float32Array;
        assert.equal(golden.length, grid.data.length);
        for (let i = 0; i < golden.length; i++) assert.ok(Math.abs(grid.data[i]! - golden[i]!) <= 1e-5, `place ${i}: ${grid.data[i]} for ${golden[i]}`);
      });
    }
    it(`${recording}/dsec_voxel_B5: sub-pixel positions, sixteen shifted maps one after the other`, async () => {
      // The golden moves event i by ((7i) mod 16)/16 and ((5i) mod 16)/16; a map moves all alike, and grids add up.
      const events = eventsOf(recording);
      const { width, height } = events.sensor;
      const sum = new Float64Array(width * height * 5);
      for (let k = 0; k < 16; k++) {
        const mine = Array.from(events.t, (_, i) => i).filter((i) => i % 16 === k);
        const part = EventTable.from(
          {
            t: BigInt64Array.from(mine, (i) => events.t[i]!),
            x: Uint16Array.from(mine, (i) => events.x[i]!),
            y: Uint16Array.from(mine, (i) => events.y[i]!),
            p: Uint8Array.from(mine, (i) => events.p[i]!),
          },
          { sensor: events.sensor },
        );
        const shift = [((7 * k) % 16) / 16, ((5 * k) % 16) / 16];
        const map = Float32Array.from({ length: width * height * 2 }, (_, i) => (i % 2 === 0 ? (i >> 1) % width : Math.floor(i / 2 / width)) + shift[i % 2]!);
        const grid = await build(part, rectifiedVoxelGrid({ bins: 5, map, span: "window" }), { window: events.window });
        for (let i = 0; i < sum.length; i++) sum[i]! += grid.data[i]!;
      }
      const standardised = Float32Array.from(sum);
      standardiseNonZero(standardised, 1);
      for (const [name, data, tolerance] of [["dsec_voxel_B5", sum, 1e-5], ["dsec_voxel_B5_norm", standardised, 1e-4]] as const) {
        const golden = channelsLast(goldens.get(`${recording}/${name}`)!.data as Float32Array, [height, width, 5]);
        for (let i = 0; i < sum.length; i++) assert.ok(Math.abs(data[i]! - golden[i]!) <= tolerance, `${name}, cell ${i}: ${data[i]} for ${golden[i]}`);
      }
    });
    for (const device of ["cpu", "wasm"] as const) {
      it(`${recording}/eventcv_voxel_B5_default: its window is the last 30 ms, on ${device}`, async () => {
        const events = eventsOf(recording);
        const last = events.t.at(-1)!;
        const window = { from: last - 30_000n, to: last + 1n };
        const grid = await build(events, voxelGrid({ bins: 5, span: "window" }), { window, device });
        const golden = channelsLast(goldens.get(`${recording}/eventcv_voxel_B5_default`)!.data as Float32Array, grid.shape);
        for (let i = 0; i < golden.length; i++) assert.ok(Math.abs(grid.data[i]! - golden[i]!) <= 1e-4, `cell ${i}: ${grid.data[i]} for ${golden[i]}`);
      });
    }
  }

  function eventsOf(recording: RecordingName): EventTable {
    const column = <Column>(name: string, Type: { from(data: never): Column }) =>
      Type.from(goldens.get(`${recording}/events.${name}`)!.data as never);
    const columns = { t: column("t", BigInt64Array), x: column("x", Uint16Array), y: column("y", Uint16Array), p: column("p", Uint8Array) };
    return EventTable.from(columns as never, { sensor: recordings[recording] });
  }
});

/** From [channels, height, width], as the goldens are, to [height, width, channels]; `order` says where a channel goes. */
function channelsLast(data: ArrayLike<number>, [height, width, channels]: readonly [number, number, number], order?: readonly number[]): Float64Array {
  assert.equal(data.length, height * width * channels);
  const result = new Float64Array(data.length);
  const pixels = height * width;
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / pixels);
    result[(i % pixels) * channels + (order?.[channel] ?? channel)] = data[i]!;
  }
  return result;
}
