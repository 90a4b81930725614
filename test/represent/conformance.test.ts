import assert from "node:assert/strict";
import {
  ergo12, eros, evRep, hats, latestList, publishedBinary, rectifiedVoxelGrid, sits, surfaceSteps, tos,
  averageSurface, behi, binaRep, evFlowNet, eventCount, eventFrames, latestPolarityStack, metavisionDifference, metavisionHistogram,
  mixedDensityStack, multiChannelSurface, polarityFrame, signedCount, spikeTensor, stackedHistogram, temporalBinary, tencode, tie,
  timeSurface, tore, tqr, voxelGrid, parseRepresentation, representations, type Representation,
} from "../../src/represent/index.js";
import { conforms } from "../conformance/representation.js";

const all: readonly Representation[] = [
  eventCount(),
  signedCount(),
  voxelGrid({ bins: 5 }),
  voxelGrid({ bins: 1 }),
  voxelGrid({ bins: 3, convention: "dsec", normalize: "nonzero-sample" }),
  voxelGrid({ bins: 5, convention: "tonic", polarity: "split" }),
  voxelGrid({ bins: 4, convention: "metavision", polarity: "unsigned", normalize: "nonzero" }),
  voxelGrid({ bins: 5, convention: "metavision", polarity: "split", span: "window" }),
  timeSurface({ decay: "exponential", tau: "30ms" }),
  timeSurface({ decay: "linear", window: "5ms", span: "window" }),
  temporalBinary({ dt: 100 }),
  temporalBinary({ bits: 12, dt: "1ms", newest: "lsb" }),
  temporalBinary({ bits: 8, dt: 3, scale: "unit" }),
  temporalBinary({ bits: 5, dt: "span", newest: "lsb" }),
  temporalBinary({ bits: 3, dt: 100, scale: "recorder" }),
  voxelGrid({ bins: 3, convention: "metavision", edges: "clamped" }),
  voxelGrid({ bins: 3, convention: "tonic", edges: "clamped", polarity: "split" }),
  voxelGrid({ bins: 3, convention: "metavision", edges: "published", polarity: "split" }),
  voxelGrid({ bins: 1, convention: "metavision", edges: "published" }),
  eventFrames({ bins: 4 }),
  eventFrames({ bins: 4, remainder: "drop", span: "window" }),
  stackedHistogram(),
  stackedHistogram({ bins: 3, cutoff: 255, overflow: "wrap" }),
  metavisionHistogram(),
  metavisionHistogram({ hardware: true }),
  metavisionDifference(),
  metavisionDifference({ max: 1 }),
  metavisionDifference({ hardware: "saturating" }),
  metavisionDifference({ hardware: "wrapping" }),
  spikeTensor(),
  tie({ variant: "t_t" }),
  tie({ variant: "t_t0" }),
  tie({ variant: "t0_t" }),
  tie({ variant: "t0_t0" }),
  tie({ variant: "t0_t", output: "image", rotate: true }),
  averageSurface({ tau: "30ms" }),
  multiChannelSurface({ longest: "5ms" }),
  tore(),
  tore({ depth: 1, span: "window" }),
  tore({ depth: 6, longest: "500s" }),
  binaRep(),
  binaRep({ frames: 3, bits: 4 }),
  tqr(),
  behi(),
  mixedDensityStack(),
  latestPolarityStack({ bins: 5 }),
  evFlowNet(),
  tencode(),
  tencode({ background: "white", span: "window" }),
  polarityFrame(),
  polarityFrame({ colours: "metavision" }),
  rectifiedVoxelGrid({ bins: 3, map: Float32Array.from({ length: 37 * 23 * 2 }, (_, i) => (i % 2 === 0 ? ((i >> 1) % 37) * 0.9 - 1.5 : Math.floor(i / 74) + 0.25)), normalize: "nonzero-sample" }),
  surfaceSteps({ steps: 3, dt: 500, tau: "1ms" }),
  surfaceSteps({ steps: 2, dt: "1s", tau: "1ms", decay: "linear", span: "window" }),
  hats({ window: 5000 }),
  hats({ cell: 5, radius: 1, window: 2000, tau: 300, decay: "linear" }),
  ergo12(),
  evRep(),
  evRep({ intervals: "published" }),
  eros(),
  tos({ size: 5 }),
  sits({ size: 3 }),
  publishedBinary({ dt: 200 }),
  latestList({ count: 100 }),
];

describe("represent: conformance", () => {
  for (const representation of all) conforms(representation);
  it("covers every representation that is registered", () => {
    const covered = new Set(all.map(({ id }) => id.split("/")[0]));
    assert.deepEqual(representations().map(({ name }) => name).filter((name) => !covered.has(name)), []);
  });
  it("gives ids that name the representation, with every choice stated", () => {
    for (const { id } of all) if (!id.startsWith("rectified-voxel")) assert.equal(parseRepresentation(id).id, id);
  });
});
