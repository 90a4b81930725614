import { eventCount, signedCount, temporalBinary, timeSurface, voxelGrid, type Representation } from "../../src/represent/index.js";
import { conforms } from "../conformance/representation.js";

const ofOnesOwn: Representation<Uint8Array> = {
  id: "any-event",
  source: "the example of the contract",
  shape: ({ width, height }) => [height, width, 1],
  kernels: {
    cpu({ x, y, sensor: { width, height } }) {
      const data = new Uint8Array(width * height);
      for (let i = 0; i < x.length; i++) data[y[i]! * width + x[i]!] = 255;
      return { data, shape: [height, width, 1], channels: ["any"] };
    },
  },
};

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
  ofOnesOwn,
];

describe("represent: conformance", () => {
  for (const representation of all) conforms(representation);
});
