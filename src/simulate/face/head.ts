/**
 * The mesh of one person: the rig shaped by an identity, hair on top, light and texture of each vertex.
 * @module
 */
import type { Appearance } from "./appearance.js";
import { chartPoint } from "./chart.js";
import { growHair, type RaisedVertices } from "./hair.js";
import { identityTargets, type Identity } from "./identity.js";
import { smoothstep } from "./noise.js";
import { eyeSize, paintEye, paintSkin, type Texture } from "./paint.js";
import type { Rig } from "./rig.js";

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

/** What the renderer needs of one person. Vertices of the rig come first, then hair, raised copies of those of the scalp. */
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
  readonly raised: RaisedVertices;
  /** The first of four vertices for the glint on each eye, at the end of all. */
  readonly glints: number;
  /** Centre and radius of the left and the right eyeball, in decimetres. */
  readonly eyes: readonly Eyeball[];
  readonly layers: readonly Layer[];
  /** Scale from the rig to this head, for offsets of face units. */
  readonly scale: number;
}

/** A disc: its brightness is its density. */
const glintSize = 16;
const disc = Float32Array.from({ length: glintSize ** 2 }, (_, i) => 1.4 * smoothstep(7.5, 5.5, Math.hypot((i % glintSize) - 7.5, Math.floor(i / glintSize) - 7.5)));
const glint: Texture = { width: glintSize, height: glintSize, planes: [disc, disc, disc] };
const white: Texture = { width: 1, height: 2, planes: [new Float32Array(2).fill(1), new Float32Array(2).fill(1), new Float32Array(2).fill(1)] };

export function buildHead(rig: Rig, identity: Identity, looks: Appearance): HeadMesh {
  const { base, scale } = shape(rig, identity);
  const paint = paintSkin(rig, looks);
  const hair = growHair(rig, looks);
  const glints = rig.vertexCount + hair.raised.sources.length;
  const vertexCount = glints + 8;
  const chart = new Float32Array(2 * vertexCount);
  const follow = new Float32Array(vertexCount);
  const occlusion = new Float32Array(vertexCount);
  const gloss = new Float32Array(vertexCount);
  const tint = [0, 1, 2].map(() => new Float32Array(vertexCount).fill(1)) as [Float32Array, Float32Array, Float32Array];
  const colour = (vertex: number, values: readonly number[]): void => values.forEach((value, c) => (tint[c]![vertex] = value));

  for (let vertex = 0; vertex < rig.vertexCount; vertex++) {
    const [x, y, z] = [rig.base[3 * vertex]!, rig.base[3 * vertex + 1]!, rig.base[3 * vertex + 2]!];
    chart.set(chartPoint(x, y, z), 2 * vertex);
    follow[vertex] = smoothstep(5.55, 6.1, y + 0.25 * smoothstep(0.3, -0.3, z));
    occlusion[vertex] = 0.15 + 0.85 * (rig.occlusion[vertex]! / 255) ** 0.8;
    gloss[vertex] = 0.05;
    const lips = smoothstep(60, 190, rig.masks.lips[vertex]!);
    const inside = smoothstep(100, 220, rig.masks["inside-mouth"][vertex]!);
    gloss[vertex]! += 0.1 * lips;
    for (let c = 0; c < 3; c++) {
      const lipped = 1 + (looks.lips[c]! / looks.skin[c]! - 1) * lips;
      tint[c]![vertex] = lipped + ([0.35, 0.12, 0.1][c]! / Math.max(0.3, looks.skin[0] / 0.5) - lipped) * inside;
    }
  }
  const eachVertex = (part: keyof Rig["parts"], visit: (vertex: number) => void): void => {
    const [first, end] = rig.parts[part];
    new Set(rig.triangles.subarray(3 * first, 3 * end)).forEach(visit);
  };
  for (const eye of eyeSides) {
    const { centre, radius } = eyeball(rig, eye);
    eachVertex(eye, (vertex) => {
      const [x, y, z] = [0, 1, 2].map((axis) => (rig.base[3 * vertex + axis]! - centre[axis]!) / radius) as [number, number, number];
      // Behind the equator the chart keeps to the white.
      const stretch = z < 0 ? 0.98 / Math.max(0.05, Math.hypot(x, y)) : 1;
      chart.set([(x * stretch * 0.5 + 0.5) * eyeSize - 0.5, (0.5 - y * stretch * 0.5) * eyeSize - 0.5].map((value) => Math.min(eyeSize - 1.01, Math.max(0, value))), 2 * vertex);
      gloss[vertex] = 0.04;
      occlusion[vertex] = 0.7;
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
    colour(vertex, looks.brows.map((value, c) => 0.3 * value + 0.3 * (1 - looks.lashes) * looks.skin[c]!));
    gloss[vertex] = 0;
  });
  hair.raised.sources.forEach((source, i) => {
    const vertex = rig.vertexCount + i;
    chart.set(hair.chart[i] ?? chart.subarray(2 * source, 2 * source + 2), 2 * vertex);
    follow[vertex] = Math.max(follow[source]!, hair.chart[i] === undefined ? 0 : 1);
    occlusion[vertex] = occlusion[source]! * hair.light[i]!;
    gloss[vertex] = 0.03;
  });
  for (let corner = 0; corner < 8; corner++) {
    const vertex = glints + corner;
    chart.set([corner & 1 ? glintSize - 1.5 : 0.5, corner & 2 ? glintSize - 1.5 : 0.5], 2 * vertex);
    occlusion[vertex] = 1;
  }

  const eye = paintEye(looks);
  const corners = [0, 4].flatMap((eye) => [0, 2, 1, 1, 2, 3].map((corner) => glints + eye + corner));
  const triangles = Uint16Array.from([...rig.triangles, ...hair.layers.flatMap((layer) => layer.triangles), ...corners]);
  const range = (part: keyof Rig["parts"]): { first: number; end: number } => ({ first: rig.parts[part][0], end: rig.parts[part][1] });
  let next = rig.triangles.length / 3;
  const after = (count: number): { first: number; end: number } => ({ first: next, end: (next += count / 3) });
  // What lies outside comes first, so that what it hides is not drawn.
  const layers: Layer[] = [
    ...hair.layers.map((layer): Layer => ({ ...after(layer.triangles.length), texture: paint.hair, strands: paint.strands, level: layer.level, bothSides: layer.bothSides })),
    { ...range("body"), texture: paint.skin },
    { ...range("lashes"), texture: white, bothSides: true },
    { ...after(corners.length), texture: glint, strands: glint.planes[0], level: 0.5, bothSides: true },
    { ...range("left-eye"), texture: eye },
    { ...range("right-eye"), texture: eye },
    { ...range("teeth"), texture: white, bothSides: true },
    { ...range("tongue"), texture: white },
  ];
  return { rig, vertexCount, base, triangles, chart, follow, occlusion, tint, gloss, raised: hair.raised, glints, eyes: eyeSides.map((eye) => eyeball(rig, eye, base)), layers, scale };
}

/** The rig moved by the identity, the point between the eyes at the origin, and half way to a common distance of the eyes. */
function shape(rig: Rig, identity: Identity): { base: Float32Array; scale: number } {
  const base = rig.base.slice();
  for (const [{ vertices, offsets }, weight] of identityTargets(rig, identity)) {
    vertices.forEach((vertex, i) => {
      for (let axis = 0; axis < 3; axis++) base[3 * vertex + axis]! += weight * offsets[3 * i + axis]!;
    });
  }
  const [left, right] = eyeSides.map((eye) => eyeball(rig, eye, base).centre) as [readonly number[], readonly number[]];
  const apart = Math.hypot(...left.map((value, axis) => value - right[axis]!));
  const scale = Math.sqrt(0.62 / apart);
  for (let i = 0; i < base.length; i++) base[i] = scale * (base[i]! - (left[i % 3]! + right[i % 3]!) / 2);
  return { base, scale };
}

export interface Eyeball {
  readonly centre: readonly number[];
  readonly radius: number;
}

const eyeSides = ["left-eye", "right-eye"] as const;

/** Centre and radius of an eyeball, from its bounds. */
export function eyeball(rig: Rig, eye: "left-eye" | "right-eye", positions: Float32Array = rig.base): Eyeball {
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
