/**
 * Made clips in the layout of NEFER.
 *
 * - `event_raw/user_01/user01_2022-06-08_12-20-03_cd.raw`: Prophesee EVT3, 1280 × 720.
 * - `rgb_frames/user_01/GOPR0762/frame_00.jpg` … `frame_50.jpg`: 51 colour pictures of the clip.
 * - `annotations/{expected,reported}_emotions/{train,validation}_{event,gopro}.csv`, reported ones with `_subjective`: no
 *   header; user, video, path of a picture, emotion.
 *
 * Each person sees 21 videos in NEFER's order. Expected is the emotion of the video; what is reported, and shown, differs
 * from it in about a third of the clips, as in NEFER, and may be None. The first 20 of 26 people train, whatever their
 * number; one at least validates, if there are two. The temporal binary pictures that NEFER ships (`event_frame_NEW`, to which the lists of events point) are what
 * a reader makes of the recordings.
 * @module
 */
import { join } from "node:path";
import { encodeJpeg } from "../../bytes/jpeg.js";
import { writeEvents } from "../../codecs/index.js";
import { expression, faceEvents, photograph, renderSequence, type ExpressionName } from "../../simulate/index.js";
import { Random } from "../../simulate/face/random.js";
import { drawClip, truthRecord, type ClipTask } from "./clip.js";
import { save } from "./files.js";
import type { Layout, MakePlan } from "./layout.js";

const framesInClip = 51;
const short = { Hap: "happiness", Fear: "fear", Dis: "disgust", Sad: "sadness", Ang: "anger", Con: "contempt", Sur: "surprise" } as const;
const videos = "Hap Fear Dis Sad Sad Ang Hap Dis Ang Con Sur Dis Fear Con Ang Sur Sad Con Hap Fear Sur".split(" ") as (keyof typeof short)[];
const label = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;

export const nefer: Layout = {
  title: "NEFER",
  defaults: { subjects: 26, takes: 1, width: 1280, height: 720 },

  tasks({ subjects, takes, seed }: MakePlan): ClipTask[] {
    const tasks: ClipTask[] = [];
    for (let subject = 0; subject < subjects; subject++) {
      const random = new Random(seed, `reports of ${subject}`);
      const number = String(subject + 1).padStart(2, "0");
      for (let take = 0; take < takes; take++) {
        videos.forEach((video, index) => {
          const expected = short[video];
          const other = random.uniform();
          const reported = other < 0.64 ? expected : other < 0.71 ? "none" : random.pick(Object.values(short).filter((name) => name !== expected));
          const minute = (take * videos.length + index) * 43;
          const clock = [12 + Math.floor(minute / 3600), Math.floor(minute / 60) % 60, minute % 60].map((part) => String(part).padStart(2, "0")).join("-");
          const event = `user${number}_2022-06-08_${clock}_cd`;
          const gopro = `GOPR${String(subject * videos.length * takes + take * videos.length + index).padStart(4, "0")}`;
          tasks.push({ name: `user_${number}/${event}`, whole: `event_raw/user_${number}/${event}.raw`, subject, take: take * videos.length + index, shows: reported, place: { user: `user_${number}`, event, gopro, expected } });
        });
      }
    }
    return tasks;
  },

  async write(folder, task, { seed, difficulty, width, height }) {
    const { someone, onset, rise, intensity, faceSize, noise, seed: movementSeed, perform } = drawClip(task, seed, difficulty);
    const length = 1.28;
    const us = (seconds: number): number => Math.round(seconds * 1e6);
    const movements = task.shows === "none" ? [] : expression(task.shows as ExpressionName, { start: us(onset), rise: us(rise), hold: "500ms", intensity, style: someone.style, seed: movementSeed });
    const performance = perform(movements, length);
    const { user, gopro, event } = task.place as Record<string, string>;
    const frames: object[] = [];
    for (const frame of renderSequence(someone, performance, { width, height, fps: framesInClip / length, faceSize, light: "colour" })) {
      await save(join(folder, "rgb_frames", user!, gopro!, frameName(frames.length)), await encodeJpeg(photograph(frame, { seed: noise }), 90));
      frames.push(truthRecord(frame.t, frame.truth));
    }
    await save(join(folder, "truth", user!, `${event!}.json`), `${JSON.stringify({ subject: task.subject, expected: task.place["expected"], reported: task.shows, frames })}\n`);
    const events = faceEvents(someone, performance, { width, height, faceSize, runIn: "50ms", model: "v2e", seed: noise });
    await writeEvents(events, join(folder, task.whole), { format: "evt3" });
  },

  async finish(folder, plan) {
    const train = Math.min(Math.round((plan.subjects * 20) / 26), Math.max(1, plan.subjects - 1));
    const tasks = nefer.tasks(plan);
    for (const [part, members] of [["train", tasks.filter(({ subject }) => subject < train)], ["validation", tasks.filter(({ subject }) => subject >= train)]] as const) {
      for (const [camera, base] of [["event", "../event_frame_NEW"], ["gopro", part === "train" ? "rgb_frames" : "../gopro_frame"]] as const) {
        for (const [kind, ending] of [["expected", ""], ["reported", "_subjective"]] as const) {
          const rows = members.flatMap(({ place, shows }) => {
            const video = place[camera]!;
            return Array.from({ length: framesInClip }, (_, k) => `${place["user"]},${video},${base}/${place["user"]}/${video}/${frameName(k)},${label(kind === "expected" ? place["expected"]! : shows)}\n`);
          });
          await save(join(folder, "annotations", `${kind}_emotions`, `${part}_${camera}${ending}.csv`), rows.join(""));
        }
      }
    }
  },
};

function frameName(index: number): string {
  return `frame_${String(index).padStart(2, "0")}.jpg`;
}
