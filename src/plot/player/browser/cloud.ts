/**
 * The view of events in x, y and time, which can be turned.
 * @module
 */
import { toRgb, type Rgb } from "../../colours.js";
import type { PolarityPalette } from "../flat.js";
import { boxOf, firstTurn, projection, toPixels, turned, type Turn } from "./camera.js";
import { cpuCloud } from "./cloud-cpu.js";
import { webglCloud } from "./cloud-webgl.js";
import { duration } from "./words.js";
import type { Chunk } from "./source.js";

/** Events first..end of a chunk. */
export interface ChunkPart {
  readonly chunk: Chunk;
  readonly first: number;
  readonly end: number;
}

export interface CloudScene {
  readonly matrix: Float32Array;
  readonly box: readonly [number, number, number];
  readonly sensor: { readonly width: number; readonly height: number };
  readonly now: number;
  readonly window: number;
  readonly palette: { readonly off: Rgb; readonly on: Rgb; readonly ground: Rgb };
  /** For each polarity 16 words from the oldest age to the newest. */
  readonly colours: Uint32Array;
  /** Device pixels a point. */
  readonly size: number;
  readonly parts: readonly ChunkPart[];
}

export interface CloudRenderer {
  readonly kind: "webgl2" | "cpu";
  draw(scene: CloudScene): void;
  dispose(): void;
}

/** Fills `stage`; calls `onChange` when it must be drawn again. */
export class Cloud {
  readonly #stage: HTMLElement;
  readonly #sensor: CloudScene["sensor"];
  readonly #onChange: () => void;
  readonly #lines = document.createElement("canvas");
  #renderer: CloudRenderer;
  #canvas: HTMLCanvasElement;
  #turn: Turn = firstTurn;
  #boxDrawn = "";

  constructor(stage: HTMLElement, sensor: CloudScene["sensor"], onChange: () => void) {
    this.#stage = stage;
    this.#sensor = sensor;
    this.#onChange = onChange;
    this.#lines.className = "layer";
    [this.#canvas, this.#renderer] = this.#start(true);
    stage.append(this.#lines);
    this.#listen();
  }

  get kind(): CloudRenderer["kind"] {
    return this.#renderer.kind;
  }

  turn(by: Parameters<typeof turned>[1]): void {
    this.#turn = turned(this.#turn, by);
    this.#onChange();
  }

  #start(withGpu: boolean): [HTMLCanvasElement, CloudRenderer] {
    const canvas = document.createElement("canvas");
    canvas.className = "layer";
    const gpu = withGpu ? webglCloud(canvas, () => this.#fallBack()) : undefined;
    // A canvas that gave a WebGL context, or failed to, may give no other.
    const plain = gpu ? canvas : Object.assign(document.createElement("canvas"), { className: "layer" });
    this.#stage.prepend(plain);
    return [plain, gpu ?? cpuCloud(plain)];
  }

  #fallBack(): void {
    this.#canvas.remove();
    [this.#canvas, this.#renderer] = this.#start(false);
    this.#onChange();
  }

  draw(parts: readonly ChunkPart[], now: number, window: number, palette: PolarityPalette): void {
    const ratio = Math.min(2, devicePixelRatio);
    const width = Math.max(1, Math.round(this.#stage.clientWidth * ratio));
    const height = Math.max(1, Math.round(this.#stage.clientHeight * ratio));
    for (const canvas of [this.#canvas, this.#lines]) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
    const box = boxOf(this.#sensor);
    const matrix = projection(this.#turn, width / height, box);
    const colours = { off: toRgb(palette.off), on: toRgb(palette.on), ground: toRgb(palette.none) };
    const size = Math.max(1.4, 1.6 * ratio * (height / ratio / 420) * Math.sqrt(this.#turn.zoom));
    this.#renderer.draw({ matrix, box, sensor: this.#sensor, now, window, palette: colours, colours: wordsOf(colours), size, parts });
    this.#drawBox(matrix, box, width, height, ratio, window);
  }

  /** Edges of the box and what its axes are. */
  #drawBox(matrix: Float32Array, box: CloudScene["box"], width: number, height: number, ratio: number, window: number): void {
    const { color } = getComputedStyle(this.#stage);
    const state = `${matrix.join()} ${width} ${height} ${window} ${color}`;
    if (state === this.#boxDrawn) return;
    this.#boxDrawn = state;
    const context = this.#lines.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = ratio;
    const at = (x: number, y: number, z: number) => toPixels(matrix, [x * box[0], y * box[1], z * box[2]], width, height);
    const edge = (from: readonly [number, number], to: readonly [number, number], alpha: number) => {
      context.globalAlpha = alpha;
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    };
    for (const a of [-1, 1]) {
      for (const b of [-1, 1]) {
        edge(at(a, b, -1), at(a, b, 1), 0.22);
        edge(at(a, -1, b), at(a, 1, b), b > 0 ? 0.55 : 0.22);
        edge(at(-1, a, b), at(1, a, b), b > 0 ? 0.55 : 0.22);
      }
    }
    context.globalAlpha = 0.8;
    context.font = `${11 * ratio}px system-ui, sans-serif`;
    context.textBaseline = "top";
    const label = (text: string, [x, y]: readonly [number, number], align: CanvasTextAlign) => {
      context.textAlign = align;
      context.fillText(text, Math.max(4 * ratio, Math.min(width - 4 * ratio, x)), Math.min(height - 14 * ratio, y + 5 * ratio));
    };
    // The labels of time stand at the edge that is nearest to the viewer.
    const side = at(1, -1, 0)[1] > at(-1, -1, 0)[1] ? 1 : -1;
    label("now", at(side, -1, 1), "center");
    label(`−${duration(window)}`, at(side, -1, -1), "center");
    label("x", at(0, -1, 1), "center");
    const [x, y] = at(-side, 0, 1);
    label("y", [x + 10 * ratio * Math.sign(x - at(side, 0, 1)[0]), y - 10 * ratio], "center");
  }

  #listen(): void {
    let last: readonly [number, number] | undefined;
    this.#stage.addEventListener("pointerdown", (event) => {
      last = [event.clientX, event.clientY];
      this.#stage.setPointerCapture(event.pointerId);
    });
    this.#stage.addEventListener("pointermove", (event) => {
      if (!last) return;
      this.turn({ yaw: (event.clientX - last[0]) * 0.008, pitch: (event.clientY - last[1]) * 0.008 });
      last = [event.clientX, event.clientY];
    });
    const end = (): void => void (last = undefined);
    this.#stage.addEventListener("pointerup", end);
    this.#stage.addEventListener("pointercancel", end);
    this.#stage.addEventListener(
      "wheel",
      (event) => {
        // The plain wheel scrolls the notebook.
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.turn({ zoom: Math.exp(-event.deltaY * 0.002) });
      },
      { passive: false },
    );
  }

  dispose(): void {
    this.#renderer.dispose();
    this.#canvas.remove();
    this.#lines.remove();
  }
}

function wordsOf({ off, on, ground }: CloudScene["palette"]): Uint32Array {
  return Uint32Array.from({ length: 32 }, (_, i) => {
    const share = 0.7 * (1 - ((i & 15) + 0.5) / 16);
    const mix = (channel: 0 | 1 | 2): number => Math.round((i < 16 ? off : on)[channel] * (1 - share) + ground[channel] * share);
    return ((255 << 24) | (mix(2) << 16) | (mix(1) << 8) | mix(0)) >>> 0;
  });
}
