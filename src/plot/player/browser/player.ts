/**
 * The event player: stage, timeline, controls and keys around a source of events.
 * @module
 */
import { polarityColours, polarityColoursOnDark } from "../../colours.js";
import { addCounts, drawCounts, drawDecay, shadesOf, type FlatPicture } from "../flat.js";
import { firstAt } from "../packed-events.js";
import type { PlayMode, PlayView } from "../payload.js";
import { Cloud, type ChunkPart } from "./cloud.js";
import { Controls } from "./controls.js";
import { element } from "./element.js";
import { frameAt } from "./frames.js";
import { keyAction } from "./keys.js";
import type { FrameLayout, PlayerState } from "../state.js";
import type { PlayerSource } from "./source.js";
import { style } from "./style.js";
import { isDark, onThemeChange } from "./theme.js";
import { Timeline } from "./timeline.js";

export class EventPlayer {
  readonly #source: PlayerSource;
  readonly #root: HTMLElement;
  #flat: HTMLCanvasElement;
  readonly #frame = element("canvas", { class: "layer frame" });
  readonly #stages = element("div", { class: "stages" });
  readonly #stage = element("div", { class: "stage" });
  readonly #second = element("div", { class: "stage" });
  readonly #waiting = element("div", { class: "waiting", hidden: "" }, "loading");
  readonly #timeline: Timeline;
  readonly #controls: Controls;
  readonly #image: ImageData;
  readonly #picture: FlatPicture;
  readonly #counts: Int32Array;
  readonly #end: (() => void)[] = [];
  #cloud: Cloud | undefined;
  #dark = false;
  #shades = shadesOf(polarityColours);
  #time: number;
  #playing = false;
  #speed: number;
  #window: number;
  #mode: PlayMode;
  #view: PlayView = "flat";
  #layout: FrameLayout;
  /** Whether frames lie under the events. */
  #seeThrough = false;
  #loop = true;
  #request = 0;
  #lastTick = 0;
  #drawn = 0;
  #drawTime = 0;
  #shownFrame = -2;

  constructor(host: HTMLElement, source: PlayerSource) {
    const { sensor, start } = source;
    this.#source = source;
    this.#time = clamp(start.at, source.from, source.to);
    this.#speed = start.speed;
    this.#window = start.window;
    this.#mode = start.mode;
    this.#layout = source.frames ? "beside" : "off";
    this.#flat = this.#flatCanvas(false);
    this.#image = new ImageData(sensor.width, sensor.height);
    this.#picture = { ...sensor, pixels: new Uint32Array(this.#image.data.buffer) };
    this.#counts = new Int32Array(sensor.width * sensor.height);

    this.#timeline = new Timeline(source, (time) => this.seek(time));
    this.#controls = new Controls(this, source);
    this.#stage.append(this.#flat, this.#waiting);
    this.#stages.append(this.#stage);
    this.#root = element("div", { class: "player", tabindex: "0", role: "group", "aria-label": "Event player" }, this.#stages, this.#timeline.node, ...this.#controls.nodes);
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    shadow.replaceChildren(element("style", {}, style), this.#root);
    // JupyterLab's shortcuts leave the keys of the player alone.
    host.setAttribute("data-lm-suppress-shortcuts", "true");

    source.onNews = (error) => {
      if (error) this.#fail(error);
      else this.#redraw();
    };
    if (source.frames) source.frames.onFrame = () => this.#redraw();
    this.#listen(host);
    this.setView(start.view);
    this.#applyTheme();
  }

  get state(): PlayerState {
    return {
      time: this.#time, playing: this.#playing, speed: this.#speed, window: this.#window, mode: this.#mode, view: this.#view,
      frames: this.#layout, loop: this.#loop, drawn: this.#drawn, drawTime: this.#drawTime, cloud: this.#cloud?.kind,
    };
  }

  play(): void {
    if (this.#playing) return;
    if (this.#time >= this.#source.to) this.#time = this.#source.from;
    this.#playing = true;
    this.#lastTick = 0;
    this.#redraw();
  }

  pause(): void {
    this.#playing = false;
    this.#redraw();
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  seek(time: number): void {
    this.#time = clamp(time, this.#source.from, this.#source.to);
    this.#redraw();
  }

  /** By pictures of a screen with 60 a second, at the speed of play; pauses. */
  step(pictures: number): void {
    this.#playing = false;
    this.seek(this.#time + (pictures * this.#speed * 1e6) / 60);
  }

  /** By windows. */
  skip(count: number): void {
    this.seek(this.#time + count * this.#window);
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#redraw();
  }

  setWindow(window: number): void {
    this.#window = window;
    this.#redraw();
  }

  setMode(mode: PlayMode): void {
    this.#mode = mode;
    this.#redraw();
  }

  setLoop(loop: boolean): void {
    this.#loop = loop;
    this.#redraw();
  }

  setFrames(layout: FrameLayout): void {
    if (!this.#source.frames) return;
    this.#layout = layout;
    this.#arrange();
  }

  setView(view: PlayView): void {
    this.#view = view;
    if (view === "cloud") this.#cloud ??= new Cloud(this.#stage, this.#source.sensor, () => this.#redraw());
    else {
      this.#cloud?.dispose();
      this.#cloud = undefined;
    }
    this.#arrange();
  }

  /** Turns the cloud, in radians. */
  turn(yaw: number, pitch: number): void {
    this.#cloud?.turn({ yaw, pitch });
  }

  dispose(): void {
    this.#playing = false;
    cancelAnimationFrame(this.#request);
    for (const end of this.#end) end();
    this.#cloud?.dispose();
    this.#source.frames?.dispose();
    this.#source.dispose();
  }

  #arrange(): void {
    const { width, height } = this.#source.sensor;
    const cloud = this.#view === "cloud";
    const seeThrough = this.#layout === "under" && !cloud;
    if (seeThrough !== this.#seeThrough) {
      this.#seeThrough = seeThrough;
      const canvas = this.#flatCanvas(seeThrough);
      this.#flat.replaceWith(canvas);
      this.#flat = canvas;
      this.#shades = shadesOf(this.#palette, seeThrough);
    }
    this.#stage.classList.toggle("cloud", cloud);
    this.#flat.hidden = cloud;
    const beside = this.#layout === "beside" || (this.#layout === "under" && cloud);
    if (beside) this.#second.append(this.#frame);
    else if (this.#layout === "under") this.#stage.prepend(this.#frame);
    else this.#frame.remove();
    this.#stages.replaceChildren(this.#stage, ...(beside ? [this.#second] : []));
    const ratio = width / height;
    // The stage is no taller than a screen has room for.
    const page = onItsOwnPage();
    const tall = page ? "calc(100vh - 150px)" : "520px";
    for (const stage of [this.#stage, this.#second]) {
      stage.style.aspectRatio = `${width} / ${height}`;
      stage.style.maxWidth = `calc(${tall} * ${ratio})`;
    }
    this.#root.style.margin = page ? "0 auto" : "0";
    this.#root.style.maxWidth = `max(690px, calc(${tall} * ${ratio * (beside ? 2 : 1)}))`;
    this.#redraw();
  }

  #applyTheme(): void {
    this.#dark = isDark(this.#root.parentNode instanceof ShadowRoot ? (this.#root.parentNode.host as HTMLElement) : this.#root);
    this.#root.classList.toggle("dark", this.#dark);
    this.#root.classList.toggle("light", !this.#dark);
    this.#shades = shadesOf(this.#palette, this.#seeThrough);
    this.#controls.setPalette(this.#dark);
    this.#redraw();
  }

  get #palette() {
    return this.#dark ? polarityColoursOnDark : polarityColours;
  }

  /** A canvas is see-through for good, or opaque for good. */
  #flatCanvas(seeThrough: boolean): HTMLCanvasElement {
    const canvas = element("canvas", { class: "layer", role: "img", "aria-label": "events" });
    Object.assign(canvas, this.#source.sensor);
    canvas.getContext("2d", { alpha: seeThrough });
    canvas.style.pointerEvents = "auto";
    canvas.addEventListener("click", () => this.toggle());
    return canvas;
  }

  #listen(host: HTMLElement): void {
    const obey = (event: KeyboardEvent): void => {
      const action = keyAction(event);
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action(this);
    };
    this.#root.addEventListener("keydown", obey);
    // In a page of its own the player need not be chosen first.
    const anywhere = (event: KeyboardEvent): void => {
      if (onItsOwnPage() && event.target === document.body) obey(event);
    };
    document.addEventListener("keydown", anywhere);
    this.#end.push(() => document.removeEventListener("keydown", anywhere));
    this.#end.push(onThemeChange(() => this.#applyTheme()));
    const size = new ResizeObserver(() => this.#redraw());
    size.observe(this.#stages);
    this.#end.push(() => size.disconnect());
    // Off the screen nothing moves.
    const seen = new IntersectionObserver((entries) => {
      if (entries.at(-1)!.isIntersecting || !this.#playing) return;
      this.pause();
    });
    seen.observe(host);
    this.#end.push(() => seen.disconnect());
  }

  #redraw(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((tick) => this.#draw(tick));
  }

  #draw(tick: number): void {
    this.#request = 0;
    const started = performance.now();
    const { from, to } = this.#source;
    const passed = this.#lastTick === 0 ? 0 : Math.min(100, tick - this.#lastTick);
    this.#lastTick = this.#playing ? tick : 0;
    let next = this.#time;
    if (this.#playing) next += passed * 1e3 * this.#speed;
    if (next >= to && this.#playing) {
      if (this.#loop) next = from + ((next - from) % (to - from));
      else {
        next = to;
        this.#playing = false;
      }
    }
    const { chunks, complete } = this.#source.chunks(next - this.#window, next + (this.#playing ? this.#window : 1));
    // Time waits for events that are on their way.
    if (complete || !this.#playing) this.#time = next;
    this.#waiting.hidden = complete;
    const after = this.#time - this.#window;
    const parts: ChunkPart[] = chunks.map((chunk) => ({ chunk, first: firstAfter(chunk.events.t, after), end: firstAfter(chunk.events.t, this.#time) }));
    if (this.#cloud) this.#cloud.draw(parts, this.#time, this.#window, this.#palette);
    else this.#drawFlat(parts);
    this.#drawFrame();
    this.#timeline.draw(this.#time, this.#window, this.#playing);
    this.#controls.update(this.state);
    this.#drawn++;
    this.#drawTime += performance.now() - started;
    if (this.#playing) this.#redraw();
  }

  #drawFlat(parts: readonly ChunkPart[]): void {
    const picture = this.#picture;
    picture.pixels.fill(this.#shades.none);
    if (this.#mode === "decay") {
      for (const { chunk, first, end } of parts) drawDecay(picture, chunk.events, first, end, this.#time, this.#window, this.#shades.words);
    } else {
      for (const { chunk, first, end } of parts) addCounts(this.#counts, picture.width, chunk.events, first, end);
      for (const { chunk, first, end } of parts) drawCounts(picture, this.#counts, chunk.events, first, end, this.#shades);
    }
    this.#flat.classList.toggle("pixelated", this.#stage.clientWidth * devicePixelRatio >= picture.width);
    this.#flat.getContext("2d")!.putImageData(this.#image, 0, 0);
  }

  #drawFrame(): void {
    const { frames } = this.#source;
    if (!frames || this.#layout === "off") return;
    const index = frameAt(frames.times, this.#time);
    const bitmap = frames.get(index);
    if (!bitmap || index === this.#shownFrame) return;
    this.#shownFrame = index;
    this.#frame.width = bitmap.width;
    this.#frame.height = bitmap.height;
    this.#frame.getContext("2d")!.drawImage(bitmap, 0, 0);
  }

  #fail(error: Error): void {
    this.pause();
    this.#root.replaceChildren(fault(error));
  }
}

/** A sentence in place of the player. */
export function fault(error: unknown): HTMLElement {
  return element("div", { class: "fault", role: "alert" }, `The events cannot be played. ${error instanceof Error ? error.message : String(error)}`);
}

/** Index of the first event after `time`: a picture shows (time − window, time]. */
function firstAfter(t: Float64Array, time: number): number {
  return firstAt(t, Math.floor(time) + 1);
}

function onItsOwnPage(): boolean {
  return document.body.classList.contains("evtlab-page");
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
