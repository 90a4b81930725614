/**
 * Paints a person's textures: skin with brows, beard shade and hair line, strands of hair, and an eye.
 * @module
 */
import type { Appearance, Colour } from "./appearance.js";
import { chartHeight, chartMap, chartWidth } from "./chart.js";
import { hairCover } from "./hair-line.js";
import { layeredNoise, smoothstep, valueNoise } from "./noise.js";
import type { Rig } from "./rig.js";

/** Three planes of linear light, red, green and blue; `width` is a power of two. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
}

export interface SkinPaint {
  readonly skin: Texture;
  readonly hair: Texture;
  /** Where a strand of hair stands, and how high: 0 to 1 of the hair's thickness. */
  readonly strands: Float32Array;
}

const blankTexture = (width: number, height: number): Texture => ({
  width,
  height,
  planes: [new Float32Array(width * height), new Float32Array(width * height), new Float32Array(width * height)],
});

/** Skin, cloth and hair of the whole head, on the chart. */
export function paintSkin(rig: Rig, looks: Appearance): SkinPaint {
  const { position, ears, azimuth } = chartMap(rig);
  const { grain } = looks;
  const skin = blankTexture(chartWidth, chartHeight);
  const hair = blankTexture(chartWidth, chartHeight);
  const strands = new Float32Array(chartWidth * chartHeight);
  const mottle = layeredNoise(grain, 64, 32, 3);
  const blotch = layeredNoise(grain + 1, 8, 4, 2);
  const pores = valueNoise(grain + 2, 512, 256);
  const strand = valueNoise(grain + 3, 512, 12);
  const tuft = valueNoise(grain + 4, 128, 6);
  const ragged = valueNoise(grain + 5, 256, 64);
  const spot = valueNoise(grain + 7, 128, 64);
  const colour: [number, number, number] = [0, 0, 0];
  const toward = (to: Colour, share: number): void => {
    for (let c = 0; c < 3; c++) colour[c]! += (to[c]! - colour[c]!) * share;
  };
  for (let row = 0; row < chartHeight; row++) {
    const v = row / chartHeight;
    for (let column = 0; column < chartWidth; column++) {
      const texel = row * chartWidth + column;
      const u = column / chartWidth;
      const [x, y, z] = [position[3 * texel]!, position[3 * texel + 1]!, position[3 * texel + 2]!];
      const cover = looks.style === "bald" || y < 6.3 ? 0 : hairCover(looks, azimuth[texel]!, y, ragged(u, v)) * (1 - smoothstep(0.2, 0.6, ears[texel]!));
      if (cover < 1) {
        const shade = 1 + 0.22 * (mottle(u, v) - 0.5) + 0.2 * (blotch(u, v) - 0.5) + 0.1 * (pores(u, v) - 0.5);
        for (let c = 0; c < 3; c++) colour[c] = looks.skin[c]! * shade;
        if (z > 0.6 && y > 6) paintFront(looks, colour, toward, Math.abs(x), y, z, { strand: strand(u * 0.97, v * 6), pores: pores(u, v), spot: spot(u, v) });
        if (looks.stubble > 0.02 && z > 0.1) toward(looks.brows, Math.min(0.6, looks.stubble) * beard(x, y, z) * (0.25 + 0.75 * pores(u + 0.5, v)));
        if (y < 6.3) toward(shaded(looks.cloth, 0.85 + 0.3 * blotch(u, v)), cloth(looks, azimuth[texel]!, y));
      }
      if (cover > 0) {
        // Paint below the strands, so that no scalp shines through, and the strands themselves.
        const fine = strand(u, v);
        const thick = tuft(u, v);
        toward(looks.hair, cover === 1 && looks.style !== "buzz" ? 1 : cover * (looks.style === "buzz" ? 0.75 : 1) * (0.75 + 0.25 * fine));
        strands[texel] = cover * (0.3 + 0.5 * fine + 0.3 * thick);
        const gleam = 0.55 + 0.7 * fine + 0.35 * (thick - 0.5);
        for (let c = 0; c < 3; c++) hair.planes[c]![texel] = looks.hair[c]! * gleam;
      }
      for (let c = 0; c < 3; c++) skin.planes[c]![texel] = colour[c]!;
    }
  }
  return { skin, hair, strands };
}

/** What only the front of the head has: red cheeks and nose, dark sockets, moles, brows. */
function paintFront(looks: Appearance, colour: [number, number, number], toward: (to: Colour, share: number) => void, side: number, y: number, z: number, noise: { strand: number; pores: number; spot: number }): void {
  const front = smoothstep(0.7, 1, z);
  const blush = 0.5 * bell(side, 0.42, 0.2) * bell(y, 6.95, 0.2) * front + 0.4 * bell(side, 0, 0.14) * bell(y, 6.98, 0.12) * front;
  colour[1] *= 1 - 0.22 * blush;
  colour[2] *= 1 - 0.22 * blush;
  const socket = bell(side, 0.31, 0.17) * bell(y, 7.2, 0.1) * front * (0.16 + 0.16 * looks.weathering);
  for (let c = 0; c < 3; c++) colour[c]! *= 1 - socket;
  const mole = smoothstep(0.93, 0.97, noise.spot) * (0.15 + 0.5 * looks.weathering);
  toward([looks.skin[0] * 0.45, looks.skin[1] * 0.35, looks.skin[2] * 0.3], mole * 0.5);
  toward(looks.brows, brow(looks, side, y, z, noise.strand, noise.pores));
}

function shaded([red, green, blue]: Colour, factor: number): Colour {
  return [red * factor, green * factor, blue * factor];
}

/** A collar: lower in front than behind. */
function cloth({ neckline }: Appearance, azimuth: number, y: number): number {
  const edge = 5.98 - neckline * smoothstep(75, 0, Math.abs(azimuth)) + 0.12 * smoothstep(90, 180, Math.abs(azimuth));
  return smoothstep(edge + 0.015, edge - 0.015, y);
}

function bell(value: number, centre: number, width: number): number {
  return Math.exp(-(((value - centre) / width) ** 2));
}

/** Share of brow colour: an arch over each eye, thick inside, thin and lower outside, of slanting hairs. */
function brow({ browThickness, browHeight, browDensity }: Appearance, side: number, y: number, z: number, hair: number, fine: number): number {
  if (side < 0.08 || side > 0.68 || y < 7.2 || y > 7.9 || z < 0.6) return 0;
  const along = (side - 0.1) / 0.52;
  const centre = 7.5 + browHeight + 0.11 * Math.sin(Math.PI * Math.min(1, Math.max(0, along * 0.85 + 0.05))) - 0.05 * along;
  const half = browThickness * (0.55 + 0.75 * smoothstep(-0.05, 0.2, along)) * (1 - 0.75 * smoothstep(0.45, 1.05, along));
  const inside = smoothstep(half * 1.5, half * 0.5, Math.abs(y - centre)) * smoothstep(-0.03, 0.08, along) * smoothstep(1.06, 0.9, along);
  return inside * browDensity * (0.55 + 0.3 * hair + 0.3 * fine);
}

/** Where a beard grows: jaw, chin and upper lip. */
function beard(x: number, y: number, z: number): number {
  const side = Math.abs(x);
  const jaw = smoothstep(6.95 - 0.1 * bell(side, 0.35, 0.2), 6.75, y - 0.35 * smoothstep(0.45, 0.75, side)) * smoothstep(5.9, 6.1, y);
  const lip = bell(y, 6.76, 0.07) * smoothstep(0.4, 0.3, side);
  return Math.max(jaw, lip) * smoothstep(0.15, 0.45, z);
}

export const eyeSize = 128;

/** The front of an eyeball, two radii wide: white with a few veins, limbus, iris with fibres, pupil. */
export function paintEye({ iris, grain }: Appearance): Texture {
  const eye = blankTexture(eyeSize, eyeSize);
  const fibre = valueNoise(grain + 8, 96, 3);
  const cloud = layeredNoise(grain + 9, 8, 8, 3);
  for (let row = 0; row < eyeSize; row++) {
    for (let column = 0; column < eyeSize; column++) {
      const [x, y] = [(2 * (column + 0.5)) / eyeSize - 1, (2 * (row + 0.5)) / eyeSize - 1];
      const radius = Math.hypot(x, y);
      const angle = Math.atan2(y, x) / (2 * Math.PI) + 0.5;
      const texel = row * eyeSize + column;
      const white = 0.62 - 0.12 * smoothstep(0.5, 1, radius) + 0.05 * (cloud(column / eyeSize, row / eyeSize) - 0.5);
      const inIris = smoothstep(irisRadius + 0.02, irisRadius - 0.03, radius);
      const limbus = 1 - 0.6 * smoothstep(irisRadius - 0.12, irisRadius, radius);
      const inPupil = smoothstep(pupilRadius + 0.02, pupilRadius - 0.02, radius);
      const pattern = (0.65 + 0.7 * fibre(angle, radius * 4)) * limbus;
      [white, white * 0.93, white * 0.88].forEach((sclera, c) => {
        const ring = sclera + (iris[c]! * pattern - sclera) * inIris;
        eye.planes[c]![texel] = ring + (0.004 - ring) * inPupil;
      });
    }
  }
  return eye;
}

/** In radii of the eyeball. */
const irisRadius = 0.47;
const pupilRadius = 0.19;
