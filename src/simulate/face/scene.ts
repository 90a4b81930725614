/**
 * Where the camera stands and what is behind the head.
 * @module
 */
import { layeredNoise, smoothstep } from "./noise.js";
import type { Camera } from "./renderer.js";
import type { Performance } from "./performance.js";

/** Heights of a head from crown to chin that fit into the picture. */
const headHeight = 2.35;

/** A camera that sees a head `faceSize` of the picture high, crown to chin. */
export function portrait(width: number, height: number, faceSize: number, zoom = 1): Camera {
  const scale = ((faceSize * height) / headHeight) * zoom;
  return { width, height, scale, x: width / 2, y: height * 0.5 - 0.05 * scale, distance: 11 };
}

/** Linear light behind the head: a plain wall that darkens to one side, with as much texture as asked for. */
export function backdrop(width: number, height: number, { texture, seed }: Performance["background"]): Float32Array {
  const coarse = layeredNoise(seed, 4, 4, 3);
  const fine = layeredNoise(seed + 1, 16, 16, 3);
  const shelves = layeredNoise(seed + 2, 6, 8, 1);
  const level = 0.12 + 0.25 * ((seed >>> 8) / 0x1000000);
  const tilt = 0.3 * (((seed >>> 4) & 255) / 255 - 0.5);
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [u, v] = [(i % width) / width, Math.floor(i / width) / height];
    const pattern = 0.9 * (coarse(u * 0.8, v * 0.8) - 0.5) + 0.7 * (fine(u * 0.7, v * 0.7) - 0.5) + 0.8 * (smoothstep(0.48, 0.52, shelves(u * 0.7, v * 0.7)) - 0.5);
    return Math.max(0.01, level * (1 + tilt * (u - 0.5) - 0.2 * (v - 0.5)) * (1 + texture * pattern));
  });
}
