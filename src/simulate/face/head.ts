/**
 * The mesh of one person: the rig shaped by an identity, hair on top, light and texture of each vertex.
 * @module
 */
import type { Appearance } from "./appearance.js";
import { azimuthOf, chartPoint } from "./chart.js";
import { identityTargets, type Identity } from "./identity.js";
import { smoothstep } from "./noise.js";
import { eyeSize, paintEye, paintSkin, type Texture } from "./paint.js";
import type { Rig } from "./rig.js";
import { hairCover } from "./hair-line.js";

/** One texture's triangles. */
export interface Layer {
  readonly first: number;
  readonly end: number;
  readonly texture: Texture;
  /** Density of strands, and the density that this layer of hair needs. */
  readonly strands?: Float32Array;
  readonly level?: number;
  readonly bothSides?: boolean;
}

/** What the renderer needs of one person. Vertices of the rig come first, raised copies (hair) after them. */
export interface HeadMesh {
  readonly rig: Rig;
  readonly vertexCount: number;
  /** x, y, z of the rig's vertices at rest, the point between the eyes at the origin, in decimetres. */
  readonly base: Float32Array;
  readonly triangles: Uint16Array;
  /** Texture coordinates of each vertex, in texels. */
  readonly chart: Float32Array;
  /** Share of the head's rotation that a vertex follows: 1 on the head, 0 on the shoulders. */
  readonly follow: Float32Array;
  readonly occlusion: Float32Array;
  /** Colour that the texture is multiplied with. */
  readonly tint: readonly [Float32Array, Float32Array, Float32Array];
  readonly gloss: Float32Array;
  /** Raised copies: which vertex each stands on, and how high, in decimetres. */
  readonly raised: { readonly of: Uint16Array; readonly height: Float32Array };
  readonly layers: readonly Layer[];
  /** Scale from the rig to this head, for offsets of face units. */
  readonly scale: number;
}

/** Layers of hair above the scalp. */
const shells = 5;
const white: Texture = { width: 1, height: 2, planes: [new Float32Array(2).fill(1), new Float32Array(2).fill(1), new Float32Array(2).fill(1)] };

export function buildHead(rig: Rig, identity: Identity, looks: Appearance): HeadMesh {
  const { base, scale } = shape(rig, identity);
  const paint = paintSkin(rig, looks);
  const scalp = growHair(rig, looks);
  const vertexCount = rig.vertexCount + scalp.of.length;
  const chart = new Float32Array(2 * vertexCount);
  const follow = new Float32Array(vertexCount);
  const occlusion = new Float32Array(vertexCount);
  const gloss = new Float32Array(vertexCount);
  const tint = [0, 1, 2].map(() => new Float32Array(vertexCount).fill(1)) as [Float32Array, Float32Array, Float32Array];
  const colour = (vertex: number, values: readonly number[]): void => values.forEach((value, c) => (tint[c]![vertex] = value));

  for (let vertex = 0; vertex < rig.vertexCount; vertex++) {
    const [x, y, z] = [rig.base[3 * vertex]!, rig.base[3 * vertex + 1]!, rig.base[3 * vertex + 2]!];
    chart.set(chartPoint(x, y, z), 2 * vertex);
    follow[vertex] = smoothstep(5.75, 6.35, y + 0.25 * smoothstep(0.3, -0.3, z));
    occlusion[vertex] = 0.15 + 0.85 * (rig.occlusion[vertex]! / 255) ** 0.8;
    gloss[vertex] = 0.05;
    const lips = smoothstep(60, 190, rig.masks.lips[vertex]!);
    const inside = smoothstep(100, 220, rig.masks["inside-mouth"][vertex]!);
    gloss[vertex]! += 0.1 * lips;
    for (let c = 0; c < 3; c++) {
      const lipped = 1 + (looks.lips[c]! / looks.skin[c]! - 1) * lips;
      tint[c]![vertex] = lipped + ([0.35, 0.12, 0.1][c]! / Math.max(0.3, looks.skin[0] / 0.5) - lipped) * inside;
    }
    if (y < 5.95) colour(vertex, looks.cloth.map((value, c) => value / looks.skin[c]!));
  }
  const eachVertex = (part: keyof Rig["parts"], visit: (vertex: number) => void): void => {
    const [first, end] = rig.parts[part];
    new Set(rig.triangles.subarray(3 * first, 3 * end)).forEach(visit);
  };
  for (const eye of ["left-eye", "right-eye"] as const) {
    const { centre, radius } = eyeball(rig, eye);
    eachVertex(eye, (vertex) => {
      const [x, y, z] = [0, 1, 2].map((axis) => (rig.base[3 * vertex + axis]! - centre[axis]!) / radius) as [number, number, number];
      // Behind the equator the chart keeps to the white.
      const stretch = z < 0 ? 0.98 / Math.max(0.05, Math.hypot(x, y)) : 1;
      chart.set([(x * stretch * 0.5 + 0.5) * eyeSize - 0.5, (0.5 - y * stretch * 0.5) * eyeSize - 0.5].map((value) => Math.min(eyeSize - 1.01, Math.max(0, value))), 2 * vertex);
      gloss[vertex] = 0.35;
      occlusion[vertex] = 0.75;
    });
  }
  const plain = (vertex: number): void => chart.set([0, 0], 2 * vertex);
  eachVertex("teeth", (vertex) => {
    plain(vertex);
    colour(vertex, [0.62, 0.58, 0.5]);
    gloss[vertex] = 0.2;
  });
  eachVertex("tongue", (vertex) => {
    plain(vertex);
    colour(vertex, [0.35, 0.12, 0.11]);
    gloss[vertex] = 0.1;
  });
  eachVertex("lashes", (vertex) => {
    plain(vertex);
    colour(vertex, looks.brows.map((value) => 0.4 * value + 0.004));
    gloss[vertex] = 0;
  });
  scalp.of.forEach((source, i) => {
    const vertex = rig.vertexCount + i;
    chart.set(chart.subarray(2 * source, 2 * source + 2), 2 * vertex);
    follow[vertex] = follow[source]!;
    const shell = Math.floor(i / scalp.size);
    occlusion[vertex] = occlusion[source]! * (0.4 + (0.6 * (shell + 1)) / shells);
    gloss[vertex] = 0.03;
  });

  const eye = paintEye(looks);
  const triangles = new Uint16Array(rig.triangles.length + scalp.triangles.length);
  triangles.set(rig.triangles);
  triangles.set(scalp.triangles, rig.triangles.length);
  const first = rig.triangles.length / 3;
  const perShell = scalp.triangles.length / 3 / shells;
  const range = (part: keyof Rig["parts"]): { first: number; end: number } => ({ first: rig.parts[part][0], end: rig.parts[part][1] });
  const layers: Layer[] = [
    { ...range("body"), texture: paint.skin },
    { ...range("left-eye"), texture: eye },
    { ...range("right-eye"), texture: eye },
    { ...range("teeth"), texture: white, bothSides: true },
    { ...range("tongue"), texture: white },
    { ...range("lashes"), texture: white, bothSides: true },
    ...Array.from({ length: perShell === 0 ? 0 : shells }, (_, shell): Layer => ({
      first: first + shell * perShell,
      end: first + (shell + 1) * perShell,
      texture: paint.hair,
      strands: paint.strands,
      level: 0.08 + (0.75 * shell) / shells,
    })),
  ];
  return { rig, vertexCount, base, triangles, chart, follow, occlusion, tint, gloss, raised: { of: scalp.of, height: scalp.height }, layers, scale };
}

/** The rig moved by the identity, the point between the eyes at the origin, and half way to a common distance of the eyes. */
function shape(rig: Rig, identity: Identity): { base: Float32Array; scale: number } {
  const base = rig.base.slice();
  for (const [{ vertices, offsets }, weight] of identityTargets(rig, identity)) {
    vertices.forEach((vertex, i) => {
      for (let axis = 0; axis < 3; axis++) base[3 * vertex + axis]! += weight * offsets[3 * i + axis]!;
    });
  }
  const [left, right] = (["left-eye", "right-eye"] as const).map((eye) => eyeball(rig, eye, base).centre) as [number[], number[]];
  const apart = Math.hypot(...left.map((value, axis) => value - right[axis]!));
  const scale = Math.sqrt(0.62 / apart);
  for (let i = 0; i < base.length; i++) base[i] = scale * (base[i]! - (left[i % 3]! + right[i % 3]!) / 2);
  return { base, scale };
}

/** Centre and radius of an eyeball, from its bounds. */
export function eyeball(rig: Rig, eye: "left-eye" | "right-eye", positions: Float32Array = rig.base): { centre: number[]; radius: number } {
  const [first, end] = rig.parts[eye];
  const [low, high] = [[Infinity, Infinity, Infinity], [-Infinity, -Infinity, -Infinity]];
  for (const vertex of rig.triangles.subarray(3 * first, 3 * end)) {
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, positions[3 * vertex + axis]!);
      high[axis] = Math.max(high[axis]!, positions[3 * vertex + axis]!);
    }
  }
  const radius = (high[0]! - low[0]!) / 2;
  return { centre: [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2, low[2]! + radius], radius };
}

interface Scalp {
  readonly of: Uint16Array;
  readonly height: Float32Array;
  readonly triangles: Uint16Array;
  /** Vertices a shell. */
  readonly size: number;
}

/** Shells over the scalp, one above the other, thinner towards the hair line. */
function growHair(rig: Rig, looks: Appearance): Scalp {
  const none = { of: new Uint16Array(0), height: new Float32Array(0), triangles: new Uint16Array(0), size: 0 };
  if (looks.style === "bald") return none;
  const cover = new Float32Array(rig.vertexCount);
  for (let vertex = 0; vertex < rig.vertexCount; vertex++) {
    const [x, y, z] = [rig.base[3 * vertex]!, rig.base[3 * vertex + 1]!, rig.base[3 * vertex + 2]!];
    if (rig.masks.ears[vertex]! > 120 || y < 6.2 || rig.masks["inside-mouth"][vertex]! > 60) continue;
    cover[vertex] = hairCover(looks, azimuthOf(x, z), y + 0.06, 0.5);
  }
  const [first, end] = rig.parts.body;
  const chosen: number[] = [];
  for (let triangle = first; triangle < end; triangle++) {
    const corners = rig.triangles.subarray(3 * triangle, 3 * triangle + 3);
    if (corners.some((corner) => cover[corner]! > 0.01) && corners.every((corner) => rig.masks.ears[corner]! <= 120)) chosen.push(...corners);
  }
  const sources = [...new Set(chosen)];
  const place = new Map(sources.map((source, i) => [source, i]));
  const all = Array.from({ length: shells }, (_, shell) => shell);
  return {
    of: Uint16Array.from(all.flatMap(() => sources)),
    height: Float32Array.from(
      all.flatMap((shell) => sources.map((source) => 0.004 + looks.hairThickness * (0.15 + 0.85 * smoothstep(0, 1, cover[source]!) * topShare(rig.base[3 * source + 1]!)) * ((shell + 1) / shells))),
    ),
    triangles: Uint16Array.from(all.flatMap((shell) => chosen.map((corner) => rig.vertexCount + shell * sources.length + place.get(corner)!))),
    size: sources.length,
  };
}

/** Hair stands higher on top than at the sides and the nape. */
function topShare(height: number): number {
  return 0.35 + 0.65 * smoothstep(7.0, 8.2, height);
}
