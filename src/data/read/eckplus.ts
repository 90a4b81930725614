/**
 * Reads e-CK+: a NumPy array a sequence, its part and class in the path, its subject in its name.
 * @module
 */
import { classNames, finding, folderOf, type ClipRecord, type Reader } from "./reader.js";

/** Pictures a second. */
const rate = 30;

export const eckplus: Reader = {
  open: (sensor) => ({ format: "npz", columns: "x y t p", timeUnit: "s", sensor }),

  records({ files }, manifest) {
    const names = classNames(manifest);
    const { firstTestSequence = {} } = manifest.splits.paper;
    const misplaced: string[] = [];
    const records = [...files.get("events")!.values()].map(({ path, fields }): ClipRecord => {
      const { part, class: number, sequence } = fields as { part: string; class: string; sequence: string };
      if ((sequence >= (firstTestSequence[number] ?? "") ? "Test_Set" : "Train_Set") !== part) misplaced.push(path);
      const frames = files.get("frames")!.get(`${part}/${number}/${sequence}`);
      const box = files.get("boxes")!.get(sequence);
      return {
        id: `${part}/${number}/${sequence}`,
        subject: sequence.slice(0, 4),
        part,
        labels: { expression: names.get(number)! },
        events: path,
        frames: frames && folderOf(frames.path),
        ...(box && { box: box.path }),
      };
    });
    const byId = (a: ClipRecord, b: ClipRecord): number => (a.id < b.id ? -1 : 1);
    return Promise.resolve({
      records: records.sort(byId),
      findings: finding("different", misplaced, (list) => `Sequences that stand in another part than in the paper's split: ${list}. Move them between Train_Set and Test_Set, or say that the split is your own.`),
    });
  },

  pictureTimes: (pictures) => Promise.resolve(pictures.map(({ number }) => BigInt(Math.round((number * 1e6) / rate)))),
};
