import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { EventTable } from "../../src/events/table.js";
import { build } from "../../src/represent/build.js";
import type { Device, Representation } from "../../src/represent/representation.js";
import {
  averageSurface, binaRep, evFlowNet, eventCount, eventFrames, mixedDensityStack, multiChannelSurface, signedCount, stackedHistogram,
  temporalBinary, tencode, timeSurface, tore, voxelGrid,
} from "../../src/represent/index.js";
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
