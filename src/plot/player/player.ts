/**
 * The player as a value: what a notebook shows, as an output, a picture and a page.
 * @module
 */
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { densestWindow } from "../../events/preview.js";
import type { Frame } from "../../events/schema.js";
import type { EventTable } from "../../events/table.js";
import { formatCount, formatDuration, span } from "../window.js";
import { fit } from "./fit.js";
import { jpegFrames } from "./jpeg-frames.js";
import { packEvents, type PlayedEvents } from "./packed-events.js";
import { playerPage } from "./page.js";
import { playerMime, type PlayerPayload, type PlayMode, type PlayView } from "./payload.js";
import { poster } from "./poster.js";

/** What Jupyter shows: the player where evtlab's extension draws it, the picture elsewhere. */
export interface PlayerBundle {
  readonly [playerMime]: PlayerPayload;
  /** Base64. */
  readonly "image/png": string;
  readonly "text/plain": string;
}

export interface PlayerOptions {
  readonly events: EventTable;
  readonly frames: readonly Frame[];
  readonly window: number;
  readonly speed: number;
  readonly mode: PlayMode;
  readonly view: PlayView;
  readonly at: number | undefined;
  readonly limit: number;
}

/** A player of events, made by `plot.play` or `events.play()`. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #shown: PlayedEvents;
  readonly #from: number;
  readonly #to: number;
  readonly #at: number;
  readonly #note: string | undefined;

  /** @internal */
  constructor(options: PlayerOptions) {
    const { events, limit, window, at } = options;
    const { shown, note } = fit(events, limit);
    this.#options = options;
    this.#shown = shown;
    this.#note = note;
    this.#from = shown.t[0] ?? 0;
    this.#to = (shown.t.at(-1) ?? 0) + 1;
    this.#at = Math.min(this.#to, Math.max(this.#from, at ?? this.#densest(window)));
  }

  /** All that the player needs, as it goes into the notebook. */
  async payload(): Promise<PlayerPayload> {
    const { events, window, speed, mode, view } = this.#options;
    const data = await deflate(packEvents(this.#shown, this.#from), { level: 6 });
    const { frames, note } = await jpegFrames(this.#options.frames, events.origin, this.#from, this.#to);
    const notes = [this.#note, note].filter((each) => each !== undefined).join(" ");
    return {
      version: 1,
      sensor: { width: Math.max(1, events.sensor.width), height: Math.max(1, events.sensor.height) },
      from: this.#from,
      to: this.#to,
      events: this.#shown.t.length,
      data: data.toString("base64"),
      frames,
      start: { at: this.#at, window, speed, mode, view },
      ...(notes !== "" && { note: notes }),
    };
  }

  /** The picture that stands for the player where it cannot play: PNG bytes. */
  png(): Promise<Uint8Array> {
    const { window } = this.#options;
    return poster({ events: this.#shown, sensor: this.#options.events.sensor, from: this.#from, to: this.#to, at: this.#at, window, caption: this.toString() });
  }

  /** A page of its own, which plays from a file, without a network. */
  async html(title: string = "Events"): Promise<string> {
    return playerPage(title, await this.payload(), await this.png());
  }

  async [Symbol.for("Jupyter.display")](): Promise<PlayerBundle> {
    return {
      [playerMime]: await this.payload(),
      "image/png": Buffer.from(await this.png()).toString("base64"),
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    const events = this.#shown.t.length;
    return `Player of ${formatCount(events)} events in ${formatDuration(this.#to - this.#from)}${this.#note === undefined ? "" : `. ${this.#note}`}`;
  }

  #densest(window: number): number {
    const { events } = this.#options;
    const [, end] = densestWindow(events.t, BigInt(Math.round(window)));
    return end === 0 ? span(events).first : Number(events.t[end - 1]! - events.origin);
  }
}

const deflate = promisify(deflateRaw) as (bytes: Uint8Array, options: { readonly level: number }) => Promise<Buffer>;
