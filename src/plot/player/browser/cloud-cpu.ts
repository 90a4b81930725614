/**
 * The cloud where WebGL2 is missing: points projected and set one by one.
 * @module
 */
import type { PlayedEvents } from "../packed-events.js";
import { newestInFront } from "./camera.js";
import type { CloudRenderer, CloudScene } from "./cloud.js";

export function cpuCloud(canvas: HTMLCanvasElement): CloudRenderer {
  const context = canvas.getContext("2d")!;
  let image = context.createImageData(1, 1);

  return {
    kind: "cpu",
    draw(scene) {
      const { width, height } = canvas;
      if (image.width !== width || image.height !== height) image = context.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      pixels.fill(0);
      const forward = newestInFront(scene.matrix);
      // Far to near along the axis of time is near enough to the order of depth.
      for (const part of forward ? scene.parts : [...scene.parts].reverse()) {
        splat(pixels, width, height, scene, part.chunk.events, part.first, part.end, forward);
      }
      context.putImageData(image, 0, 0);
    },
    dispose() {},
  };
}

function splat(pixels: Uint32Array, width: number, height: number, scene: CloudScene, { t, x, y, p }: PlayedEvents, first: number, end: number, forward: boolean): void {
  const { matrix: m, box, sensor, now, window, colours, size } = scene;
  const [ax, bx] = [(2 * box[0]) / Math.max(1, sensor.width - 1), -box[0]];
  const [ay, by] = [(-2 * box[1]) / Math.max(1, sensor.height - 1), box[1]];
  const [az, bz] = [(2 * box[2]) / window, box[2]];
  const dot = Math.max(1, Math.round(size));
  for (let k = first; k < end; k++) {
    const i = forward ? k : first + end - 1 - k;
    const px = x[i]! * ax + bx;
    const py = y[i]! * ay + by;
    const pz = (t[i]! - now) * az + bz;
    const w = m[3]! * px + m[7]! * py + m[11]! * pz + m[15]!;
    const left = Math.round((((m[0]! * px + m[4]! * py + m[8]! * pz) / w + 1) / 2) * width - dot / 2);
    const top = Math.round(((1 - (m[1]! * px + m[5]! * py + m[9]! * pz) / w) / 2) * height - dot / 2);
    const age = (now - t[i]!) / window;
    const colour = colours[p[i]! * 16 + Math.min(15, Math.max(0, (15.99 * (1 - age)) | 0))]!;
    for (let row = Math.max(0, top); row < Math.min(height, top + dot); row++) {
      for (let column = Math.max(0, left); column < Math.min(width, left + dot); column++) pixels[row * width + column] = colour;
    }
  }
}
