/**
 * From a recording and the flags of the command to what is played.
 * @module
 */
import type { Recording } from "../../codecs/index.js";
import { WindowError } from "../../errors.js";
import type { Duration } from "../../events/time.js";
import { startOf } from "../../plot/player/play.js";
import type { PlayMode } from "../../plot/player/payload.js";
import { overview } from "./overview.js";
import { recordedFrames } from "./recorded-frames.js";
import type { Programme } from "./server.js";

export interface ProgrammeOptions {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  readonly window?: string;
  readonly speed?: string;
  readonly mode?: string;
  readonly onEvents: (events: number) => void;
  /** Faults in the file that were skipped so far. */
  readonly faults: () => number;
}

/** @throws WindowError when there is nothing to play. */
export async function programmeOf(recording: Recording, { name, from, to, window, speed, mode, onEvents, faults }: ProgrammeOptions): Promise<Programme> {
  const asked = { ...(from !== undefined && { from: from as Duration }), ...(to !== undefined && { to: to as Duration }) };
  const seen = await overview(recording, asked, onEvents);
  if (seen === undefined) throw new WindowError({ where: name, expected: "events to play", received: from === undefined && to === undefined ? "a recording without any" : "a part without any" });
  const frames = await recordedFrames(recording, seen.from, seen.to);
  const begin = Number(seen.from - seen.origin);
  const end = Number(seen.to - seen.origin);
  const start = startOf("evtlab play", end - begin, {
    ...(window !== undefined && { window: window as Duration }),
    ...(speed !== undefined && { speed: fraction(speed) }),
    ...(mode !== undefined && { mode: mode as PlayMode }),
  });
  const busiest = seen.rate.indexOf(Math.max(...seen.rate));
  const at = begin + Math.round(((busiest + 1) / seen.rate.length) * (end - begin));
  const mean = seen.events / (end - begin);
  const notes = [faults() > 0 && `${faults()} faults in the file were skipped.`].filter((note) => note !== false);
  return {
    recording,
    overview: seen,
    frames,
    told: {
      name, sensor: seen.sensor, from: begin, to: end, events: seen.events, rate: seen.rate,
      part: partLength(mean, end - begin),
      frames: frames.map(({ t }) => Number(t - seen.origin)),
      start: { ...start, at },
      ...(notes.length > 0 && { note: notes.join(" ") }),
    },
  };
}

/** About 200 000 events a part, in round microseconds. */
function partLength(eventsPerMicrosecond: number, length: number): number {
  const wanted = 200_000 / eventsPerMicrosecond;
  return Math.max(1000, Math.min(Math.ceil(length), 10 ** Math.floor(Math.log10(Math.max(1, wanted)))));
}

/** "1/20" or "0.05"; not a number for anything else. */
function fraction(text: string): number {
  const [, above, below = "1"] = /^([\d.]+)(?:\/([\d.]+))?$/.exec(text) ?? [];
  return Number(above) / Number(below);
}
