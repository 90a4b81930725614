/**
 * Reads NEFER: a recording a clip; who saw what, and what they felt, in lists with a line a picture.
 *
 * The lists of both cameras name the same clips in the same order, which is what pairs a recording with its pictures.
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Inventory } from "../inventory.js";
import { classNames, finding, folderOf, type ClipRecord, type DataFinding, type Reader } from "./reader.js";

const parts = ["train", "validation"] as const;
const sets = ["expected", "reported"] as const;
/** Larger lists are refused: those of NEFER have about two megabytes. */
const mostBytes = 2 ** 26;

interface Line {
  readonly user: string;
  readonly video: string;
  readonly emotion: string;
  readonly pictures: number;
}

export const nefer: Reader = {
  open: (sensor) => ({ sensor }),

  async records(inventory, manifest) {
    const names = classNames(manifest);
    const findings: DataFinding[] = [];
    const labels = new Map<string, { part: string; labels: Record<string, string>; video: string | undefined }>();
    const absent: string[] = [];
    const lists = inventory.files.get("annotations")!;
    const read = async (set: string, part: string, camera: string): Promise<Line[]> => {
      const name = `${set}/${part}_${camera}${set === "reported" ? "_subjective" : ""}`;
      const found = lists.get(name);
      if (found === undefined) {
        absent.push(`annotations/${name.replace("/", "_emotions/")}.csv`);
        return [];
      }
      const { lines, bad } = await readList(inventory, found.path, names);
      if (bad !== undefined) findings.push({ kind: "unreadable", paths: [found.path], message: `${found.path}: ${bad}. Copy it again from the authors' repository.` });
      return lines;
    };
    for (const part of parts) {
      const videos = pairs(await read("expected", part, "event"), await read("expected", part, "gopro"));
      for (const set of sets) {
        for (const { user, video, emotion } of await read(set, part, "event")) {
          const key = `${user}/${video}`;
          const known = labels.get(key) ?? { part, labels: {}, video: videos.get(key) };
          known.labels[set] = emotion;
          labels.set(key, known);
        }
      }
    }
    findings.push(...finding("missing", [...new Set(absent)], (list) => `Lists of annotations are missing: ${list}. They are in the authors' repository; without them clips have no labels.`));
    const recordings = inventory.files.get("events")!;
    findings.push(...finding("missing", [...labels.keys()].filter((key) => !recordings.has(key)).map((key) => `event_raw/${key}.raw`), (list) => `Recordings that the lists name are missing: ${list}. Copy them again.`));
    const frames = inventory.files.get("frames")!;
    const records = [...recordings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { path, fields }]): ClipRecord => {
      const known = labels.get(key);
      const pictures = known?.video === undefined ? undefined : frames.get(`${fields["user"]!}/${known.video}`);
      return { id: key, subject: fields["user"]!, part: known?.part, labels: known?.labels ?? {}, events: path, frames: pictures && folderOf(pictures.path) };
    });
    return { records, findings };
  },

  /** No times are known: the pictures are spread evenly from the first event to the last. */
  async pictureTimes(pictures, span) {
    const { first, last } = await span();
    return pictures.map((_, i) => first + BigInt(Math.round((i * Number(last - first)) / pictures.length)));
  },
};

/** Recordings and videos of the same clip, by their order in the lists of a user. */
function pairs(events: readonly Line[], videos: readonly Line[]): Map<string, string> {
  const byUser = new Map<string, Line[]>();
  for (const line of videos) byUser.set(line.user, [...(byUser.get(line.user) ?? []), line]);
  const next = new Map<string, number>();
  return new Map(
    events.flatMap(({ user, video }) => {
      const index = next.get(user) ?? 0;
      next.set(user, index + 1);
      const other = byUser.get(user)?.[index];
      return other === undefined ? [] : [[`${user}/${video}`, other.video] as const];
    }),
  );
}

/** The clips of a list, in its order, and what is wrong with it. */
async function readList({ root }: Inventory, path: string, names: ReadonlyMap<string, string>): Promise<{ lines: Line[]; bad?: string }> {
  const { size } = await stat(join(root, path));
  if (size > mostBytes) return { lines: [], bad: `a list of ${size} bytes cannot be one of NEFER's` };
  const lines = new Map<string, { user: string; video: string; emotion: string; pictures: number }>();
  let bad: string | undefined;
  for (const [i, text] of (await readFile(join(root, path), "utf8")).split(/\r?\n/).entries()) {
    if (text.trim() === "") continue;
    const [user, video, picture, emotion] = text.split(",").map((field) => field.trim());
    const name = names.get(emotion ?? "");
    if (name === undefined || !picture) {
      bad ??= `line ${i + 1} should hold user, video, picture and one of ${[...names.keys()].join(", ")}, and is "${text.slice(0, 80)}"`;
      continue;
    }
    const key = `${user}/${video}`;
    const known = lines.get(key);
    if (known) known.pictures++;
    else lines.set(key, { user: user!, video: video!, emotion: name, pictures: 1 });
    if (known && known.emotion !== name) bad ??= `line ${i + 1} calls ${key} ${name}, a line before it ${known.emotion}`;
  }
  return { lines: [...lines.values()], ...(bad !== undefined && { bad }) };
}
