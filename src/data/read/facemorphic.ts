/**
 * Reads FACEMORPHIC: user, Action Unit and take are in the path, times of pictures in their names.
 * @module
 */
import { pictureTimes } from "../synchronise/wall-clock.js";
import { folderOf, type ClipRecord, type Reader } from "./reader.js";

export const facemorphic: Reader = {
  open: (sensor) => ({ sensor }),

  records({ files }, manifest) {
    const { classes } = manifest.labels;
    const order = new Map(classes.map(({ name }, i) => [name, i]));
    const users = [...new Set([...files.get("events")!.values()].map(({ fields }) => fields["user"]!))].sort().reverse();
    const trained = new Set(users.slice(0, Math.floor(manifest.splits.paper.trainShare! * users.length)));
    const records = [...files.get("events")!].map(([key, { path, fields }]) => {
      const { user, label, take } = fields as { user: string; label: string; take: string };
      const frames = files.get("frames")!.get(key);
      const annotation = files.get("annotation")!.get(key);
      const record: ClipRecord = {
        id: key,
        subject: user,
        part: trained.has(user) ? "train" : "test",
        labels: { asked: label },
        events: path,
        frames: frames && folderOf(frames.path),
        ...(annotation && { annotation: annotation.path }),
      };
      return { record, place: [users.indexOf(user), order.get(label) ?? classes.length, Number(take)] as const };
    });
    records.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1] || a.place[2] - b.place[2]);
    return Promise.resolve({ records: records.map(({ record }) => record), findings: [] });
  },

  pictureTimes: (pictures) => Promise.resolve(pictureTimes(pictures.map(({ name }) => name))),
};
