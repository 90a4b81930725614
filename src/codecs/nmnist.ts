/**
 * The files of N-MNIST, N-Caltech101 and their like: five bytes an event and no header at all.
 *
 * Nothing in such a file says what it is, so it is known by its name (".bin") and by its first times, which must not
 * step back far. The size of the sensor is a convention of the data set: N-MNIST 34x34, N-Caltech101 up to 240x180.
 * @module
 */
import type { EventCodec } from "./codec.js";
import { nmnistDefinition } from "./nmnist.definition.js";
import { writeNmnist } from "./nmnist.writer.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const format: WordFormat = {
  codec: "nmnist",
  wordBytes: 5,
  kernel: "decodeNmnist",
  definition: nmnistDefinition,
  addressable: { width: 256, height: 256 },
};

/** Largest step back in a file that looks like one: cameras write with some disorder. */
const disorder = 1000;

export const nmnist: EventCodec = {
  name: "nmnist",
  title: "N-MNIST, N-Caltech101 (.bin)",
  source: "G. Orchard et al. 2015, Frontiers in Neuroscience 9:437",
  endings: ["bin"],
  triggers: false,
  bookmarks: true,
  tail: true,
  sniff(head, { name, size }) {
    if (!/\.bin$/i.test(name) || (size !== undefined && size % 5 !== 0)) return false;
    let last = -1;
    for (let at = 0; at + 5 <= head.length; at += 5) {
      const stamp = ((head[at + 2] & 0x7f) << 16) | (head[at + 3] << 8) | head[at + 4];
      if (head[at + 1] > 240) return false;
      if (head[at + 1] === 240) last = -1;
      else if (stamp < last - disorder) return false;
      else last = Math.max(last, stamp);
    }
    return last >= 0;
  },
  async info() {
    return { format: "nmnist", sensor: undefined, header: {}, assumptions: [] };
  },
  read: (bytes, options = {}) => readWords(bytes, format, 0, options.sensor, options),
  write: writeNmnist,
};
