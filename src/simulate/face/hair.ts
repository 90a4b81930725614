/**
 * Hair: shells over the scalp, one above the other, of which a texture lets strands stand; long hair hangs from them.
 * @module
 */
import type { Appearance } from "./appearance.js";
import { azimuthOf, chartPoint } from "./chart.js";
import { hairCover } from "./hair-line.js";
import { smoothstep } from "./noise.js";
import type { Rig } from "./rig.js";

/** Copies of vertices: which each stands on, how high along its normal, and a shift, in decimetres. */
export interface RaisedVertices {
  readonly sources: Uint16Array;
  readonly heights: Float32Array;
  readonly shifts: Float32Array;
}

export interface HairLayer {
  /** Numbers of vertices: raised ones follow those of the rig. */
  readonly triangles: readonly number[];
  /** Density of strands that this layer needs. */
  readonly level: number;
  readonly bothSides: boolean;
}

export interface Hair {
  readonly raised: RaisedVertices;
  /** Texture coordinates of a raised vertex where they are not those of its source. */
  readonly chart: readonly (readonly [number, number] | undefined)[];
  /** Share of the light that reaches a raised vertex. */
  readonly light: readonly number[];
  /** Outermost first. */
  readonly layers: readonly HairLayer[];
}

const shells = 6;

export function growHair(rig: Rig, looks: Appearance): Hair {
  const hair = new HairBuilder(rig);
  if (looks.style !== "bald") {
    const scalp = findScalp(rig, looks);
    for (let shell = shells; shell >= 1; shell--) hair.addShell(scalp, looks.hairThickness, shell / shells);
    if (looks.style === "long") hair.addCurtain(scalp, looks);
  }
  return hair.build();
}

interface Scalp {
  readonly vertices: readonly number[];
  readonly triangles: readonly number[];
  /** How much hair grows on a vertex of the rig. */
  readonly cover: Float32Array;
}

function findScalp(rig: Rig, looks: Appearance): Scalp {
  const cover = new Float32Array(rig.vertexCount);
  for (let vertex = 0; vertex < rig.vertexCount; vertex++) {
    const [x, y, z] = [rig.base[3 * vertex]!, rig.base[3 * vertex + 1]!, rig.base[3 * vertex + 2]!];
    if (rig.masks.ears[vertex]! > 120 || y < 6.2 || rig.masks["inside-mouth"][vertex]! > 60) continue;
    cover[vertex] = hairCover(looks, azimuthOf(x, z), y + 0.06, 0.5);
  }
  const [first, end] = rig.parts.body;
  const triangles: number[] = [];
  for (let triangle = first; triangle < end; triangle++) {
    const corners = rig.triangles.subarray(3 * triangle, 3 * triangle + 3);
    if (corners.some((corner) => cover[corner]! > 0.01) && corners.every((corner) => rig.masks.ears[corner]! <= 120)) triangles.push(...corners);
  }
  return { vertices: [...new Set(triangles)], triangles, cover };
}

class HairBuilder {
  readonly #rig: Rig;
  readonly #sources: number[] = [];
  readonly #heights: number[] = [];
  readonly #shifts: number[] = [];
  readonly #chart: (readonly [number, number] | undefined)[] = [];
  readonly #light: number[] = [];
  readonly #layers: HairLayer[] = [];

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  #add(source: number, height: number, light: number, shift: readonly number[] = [0, 0, 0], chart?: readonly [number, number]): number {
    this.#heights.push(height);
    this.#shifts.push(...shift);
    this.#chart.push(chart);
    this.#light.push(light);
    return this.#rig.vertexCount + this.#sources.push(source) - 1;
  }

  /** A copy of the scalp at a share of the hair's thickness; thinner towards the hair line and down the sides. */
  addShell({ vertices, triangles, cover }: Scalp, thickness: number, share: number): void {
    const copies = new Map(
      vertices.map((vertex) => {
        const here = 0.15 + 0.85 * smoothstep(0, 1, cover[vertex]!) * (0.35 + 0.65 * smoothstep(7, 8.2, this.#rig.base[3 * vertex + 1]!));
        return [vertex, this.#add(vertex, 0.004 + thickness * here * share, 0.4 + 0.6 * share)];
      }),
    );
    this.#layers.push({ triangles: triangles.map((vertex) => copies.get(vertex)!), level: 0.05 + 0.6 * (share - 1 / shells), bothSides: false });
  }

  /** Hair that falls from ear to ear around the back, over the ears. */
  addCurtain({ vertices }: Scalp, { hairThickness, hairLength }: Appearance): void {
    const { base } = this.#rig;
    const top = 7.55;
    const end = 6.2 - hairLength;
    const columns = 40;
    const rows = 10;
    const grid: number[] = [];
    for (let column = 0; column <= columns; column++) {
      const azimuth = 74 + (212 * column) / columns;
      const [sine, cosine] = [Math.sin((azimuth * Math.PI) / 180), Math.cos((azimuth * Math.PI) / 180)];
      const distance = (vertex: number): number => {
        const turn = ((azimuthOf(base[3 * vertex]!, base[3 * vertex + 2]!) - azimuth + 540) % 360) - 180;
        return Math.hypot(turn / 60, base[3 * vertex + 1]! - top);
      };
      const source = vertices.reduce((best, vertex) => (distance(vertex) < distance(best) ? vertex : best));
      // The nearest vertex is near, not there: the shift makes up for it.
      const radius = Math.hypot(base[3 * source]!, base[3 * source + 2]! - 0.45);
      const start = [radius * sine - base[3 * source]!, top - base[3 * source + 1]!, radius * cosine + 0.45 - base[3 * source + 2]!] as const;
      const side = Math.abs(sine) ** 4;
      for (let row = 0; row <= rows; row++) {
        const part = row / rows;
        const out = 0.03 + (0.1 * side + 0.02) * Math.sin(Math.PI * Math.min(1, 1.6 * part)) + 0.04 * Math.sin(column * 2.4) * part;
        const shift = [start[0] + out * sine, start[1] - (top - end) * part, start[2] + out * cosine];
        const [u] = chartPoint(sine, 7.8, 0.45 + cosine);
        const [, v] = chartPoint(sine, 8.2 - 0.5 * part, 0.45 + cosine);
        grid.push(this.#add(source, hairThickness * 0.4, 0.95 - 0.25 * part, shift, [u, v]));
      }
    }
    const at = (column: number, row: number): number => grid[column * (rows + 1) + row]!;
    const triangles: number[] = [];
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        triangles.push(at(column, row), at(column, row + 1), at(column + 1, row), at(column + 1, row), at(column, row + 1), at(column + 1, row + 1));
      }
    }
    this.#layers.push({ triangles, level: 0.05, bothSides: true });
  }

  build(): Hair {
    return {
      raised: { sources: Uint16Array.from(this.#sources), heights: Float32Array.from(this.#heights), shifts: Float32Array.from(this.#shifts) },
      chart: this.#chart,
      light: this.#light,
      layers: this.#layers,
    };
  }
}
