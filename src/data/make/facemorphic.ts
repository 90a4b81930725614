/**
 * Made clips in the layout of FACEMORPHIC.
 *
 * - `{user}/AU_12/event_1.raw`: Prophesee EVT3, 1280 × 720; time 0 is one picture before the first picture.
 * - `{user}/AU_12/frames_1/frame_0_HH:MM:SS.ffffff.jpg`: colour pictures, 30 a second, with the time of day.
 * - `{user}/AU_12/event_frames_1/annotation.json`: first and last picture of the movement, `{"start", "end"}`, end excluded.
 * - `{user}/AU_12/truth_1.json`: what FACEMORPHIC does not have.
 *
 * A user is 32 hexadecimal digits. The accumulated `event_frames_1/frame_N.png` are what a reader makes of the recording.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { encodeJpeg } from "../../bytes/jpeg.js";
import { writeEvents } from "../../codecs/index.js";
import { actionUnit, faceEvents, facemorphicUnits, photograph, renderSequence, type ActionUnitNumber } from "../../simulate/index.js";
import { drawClip, truthRecord, type ClipTask } from "./clip.js";
import { save } from "./files.js";
import type { Layout, MakePlan } from "./layout.js";

const interval = 1e6 / 30;

export const facemorphic: Layout = {
  title: "FACEMORPHIC",
  defaults: { subjects: 64, takes: 2, width: 1280, height: 720 },

  tasks({ subjects, takes, seed }: MakePlan): ClipTask[] {
    return Array.from({ length: subjects }, (_, subject) => {
      const user = createHash("md5").update(`evtlab ${seed} ${subject}`).digest("hex");
      return facemorphicUnits.flatMap((au) =>
        Array.from({ length: takes }, (_, take): ClipTask => {
          const at = `${user}/AU_${au}`;
          return { name: `${at} ${take + 1}`, whole: `${at}/event_${take + 1}.raw`, subject, take, shows: String(au), place: { at } };
        }),
      );
    }).flat();
  },

  async write(folder, task, { seed, difficulty, width, height }) {
    const { someone, onset, rise, intensity, faceSize, noise, perform } = drawClip(task, seed, difficulty);
    const au = Number(task.shows) as ActionUnitNumber;
    const blink = au === 45;
    const times = { start: onset, rise: blink ? 0.07 : rise, hold: blink ? 0.02 : 0.4, fall: blink ? 0.13 : 0.35 };
    const end = times.start + times.rise + times.hold + times.fall;
    const us = (seconds: number): number => Math.round(seconds * 1e6);
    const [left, right] = someone.style.sides(au);
    const movement = actionUnit(au, { start: us(times.start), rise: us(times.rise), hold: us(times.hold), fall: us(times.fall), intensity, left, right });
    // What is asked for must not happen by itself as well.
    const performance = perform([movement], end + 0.2, blink || au === 43 ? { blinks: 0 } : {});
    const at = join(folder, task.place["at"]!);
    const frames: object[] = [];
    const began = 9 * 3600e6 + ((task.subject * 997 + task.take * 61 + au) % 28_000) * 1e6;
    for (const frame of renderSequence(someone, performance, { width, height, fps: 30, start: Math.round(interval), faceSize, light: "colour" })) {
      const name = `frame_${frames.length}_${timeOfDay(began + frame.t)}.jpg`;
      await save(join(at, `frames_${task.take + 1}`, name), await encodeJpeg(photograph(frame, { seed: noise }), 90));
      frames.push(truthRecord(frame.t, frame.truth));
    }
    const picture = (seconds: number): number => Math.max(0, Math.min(frames.length, Math.round((seconds * 1e6) / interval) - 1));
    await save(join(at, `event_frames_${task.take + 1}`, "annotation.json"), JSON.stringify({ start: picture(times.start), end: picture(end) }));
    await save(join(at, `truth_${task.take + 1}.json`), `${JSON.stringify({ subject: task.subject, actionUnit: au, intensity: Number(intensity.toFixed(3)), frames })}\n`);
    const events = faceEvents(someone, performance, { width, height, faceSize, runIn: "50ms", model: "v2e", seed: noise });
    await writeEvents(events, join(folder, task.whole), { format: "evt3" });
  },
};

/** HH:MM:SS.ffffff of microseconds since midnight. */
function timeOfDay(microseconds: number): string {
  const whole = Math.round(microseconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const seconds = Math.floor(whole / 1e6);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(whole % 1_000_000).padStart(6, "0")}`;
}
