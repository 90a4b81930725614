/** Against NumPy: test/golden/make/representations.py computes these from their published formulas. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { EventTable } from "../../src/events/table.js";
import {
  behi, build, eros, evRep, hotsPatches, latestList, latestPolarityStack, metavisionDifference, metavisionHistogram, polarityFrame, sits, spikeTensor,
  tencode, tie, tos, tqr, voxelGrid, type Device, type Representation,
} from "../../src/represent/index.js";
import { readSafetensors } from "../golden/safetensors.js";

const tensors = readSafetensors(fileURLToPath(new URL("../golden/representations.safetensors", import.meta.url)));
const column = <Column>(name: string) => tensors.get(`events.${name}`)!.data as Column;
const events = EventTable.from(
  { t: column<BigInt64Array>("t"), x: column<Uint16Array>("x"), y: column<Uint16Array>("y"), p: column<Uint8Array>("p") },
  // TIE counts seconds from the start of the recording, 50 ms before the first of these.
  { sensor: { width: 16, height: 14 }, origin: 1_650_000n },
);

/** The largest difference allowed: 0 for whole numbers, roundings of single precision otherwise, one grey level in images. */
const cases: Readonly<Record<string, readonly [tolerance: number, Representation]>> = {
  est: [1e-4, spikeTensor()],
  tie_t_t: [1e-4, tie({ variant: "t_t" })],
  tie_t_t0: [1e-4, tie({ variant: "t_t0" })],
  tie_t0_t: [1e-4, tie({ variant: "t0_t" })],
  tie_t0_t0: [1e-4, tie({ variant: "t0_t0" })],
  tie_t_t_image: [1, tie({ variant: "t_t", output: "image" })],
  tie_t_t0_image: [1, tie({ variant: "t_t0", output: "image" })],
  tie_t0_t_image: [1, tie({ variant: "t0_t", output: "image" })],
  tie_t0_t0_image: [1, tie({ variant: "t0_t0", output: "image" })],
  tie_t0_t_image_rotated: [1, tie({ variant: "t0_t", output: "image", rotate: true })],
  tqr: [0, tqr()],
  behi: [0, behi()],
  polarity_frame_grey: [0, polarityFrame()],
  polarity_frame_metavision: [0, polarityFrame({ colours: "metavision" })],
  tencode_white: [0, tencode({ background: "white" })],
  metavision_histogram: [1e-6, metavisionHistogram()],
  metavision_histogram_hardware: [0, metavisionHistogram({ hardware: true })],
  metavision_difference: [1e-6, metavisionDifference({ max: 2 })],
  metavision_difference_saturating: [0, metavisionDifference({ hardware: "saturating" })],
  metavision_difference_wrapping: [0, metavisionDifference({ hardware: "wrapping" })],
  metavision_cube_split: [1e-4, voxelGrid({ bins: 5, convention: "metavision", polarity: "split" })],
  metavision_cube_torch: [1e-4, voxelGrid({ bins: 5, convention: "metavision", edges: "published" })],
  voxel_split: [1e-4, voxelGrid({ bins: 5, polarity: "split" })],
  voxel_unsigned: [1e-4, voxelGrid({ bins: 5, polarity: "unsigned" })],
  eros: [1e-3, eros()],
  tos: [0, tos()],
  sits: [0, sits({ size: 5 })],
  ev_rep: [1e-2, evRep()],
  ev_rep_published: [1e-2, evRep({ intervals: "published" })],
  latest_polarity_stack: [0, latestPolarityStack({ bins: 6 })],
  latest_list: [0, latestList({ count: 50 })],
};

describe("represent: the published formulas in NumPy", () => {
  for (const [name, [tolerance, representation]] of Object.entries(cases)) {
    it(name, async () => {
      const golden = tensors.get(name)!;
      assert.ok(golden.data.some((value) => value !== golden.data[0]), "a golden that tells nothing");
      for (const device of Object.keys(representation.kernels).filter((device) => device !== "webgpu") as Device[]) {
        const grid = await build(events, representation, { device });
        assert.deepEqual([...grid.shape], golden.shape);
        golden.data.forEach((expected, i) => {
          const difference = Math.abs(Number(grid.data[i]) - Number(expected));
          assert.ok(difference <= tolerance, `${device}, value ${i}: ${grid.data[i]} for ${expected}`);
        });
      }
    });
  }

  it("hots", () => {
    const golden = tensors.get("hots")!;
    const { data, shape } = hotsPatches(events.slice(0, 60), { radius: 2, tau: "20ms" });
    assert.deepEqual([...shape], golden.shape);
    golden.data.forEach((expected, i) => assert.ok(Math.abs(data[i]! - Number(expected)) <= 1e-6, `value ${i}: ${data[i]} for ${expected}`));
  });

  it("are all compared", () => {
    assert.deepEqual([...tensors.keys()].filter((name) => !/^events\.|^hots$/.test(name)).toSorted(), Object.keys(cases).toSorted());
  });
});
