// A representation of one's own, as a user would write it: one file.
import type { Representation } from "evtlab/represent";

export const anyEvent: Representation<Uint8Array> = {
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
