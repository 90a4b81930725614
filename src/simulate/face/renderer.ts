/**
 * Draws one person's head into pictures of linear light.
 * @module
 */
import { Arena } from "../../wasm/arena.js";
import { drawDefinition, type DrawKernels } from "./draw.definition.js";
import type { HeadMesh } from "./head.js";
import { rotation, type HeadPose, type Light } from "./pose.js";
import type { Texture } from "./paint.js";
import type { Target } from "./rig.js";

/** What is seen: the weights of face units, the head's pose, the light, and the brightness of the whole. */
export interface Shot {
  /** Weights of face units by name; about 0 to 1. */
  readonly units: ReadonlyMap<string, number>;
  readonly pose: HeadPose;
  readonly light: Light;
  /** Factor on all light: exposure and flicker; 1 when left out. */
  readonly gain?: number;
}

export interface Camera {
  readonly width: number;
  readonly height: number;
  /** Pixels a decimetre at the distance of the eyes. */
  readonly scale: number;
  /** Where the point between the eyes is seen with the head at rest, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Distance of the camera from the eyes in decimetres. */
  readonly distance: number;
}

/** "luminance" is what an event camera sees; the others are for colour pictures. */
export type Channel = "luminance" | "red" | "green" | "blue";

export interface RendererOptions {
  readonly camera: Camera;
  readonly channel?: Channel;
  /** Samples along each side of a pixel; 2 when left out. */
  readonly supersample?: number;
  /** Light behind the head for each pixel of the picture; black when left out. */
  readonly background?: Float32Array;
  /** "cpu" runs the definition; "wasm", the default, its kernel. */
  readonly device?: "cpu" | "wasm";
}

/** Where the neck turns, seen from the point between the eyes, in decimetres. */
const pivot = [0, -1.1, -0.9] as const;
const wrap = 0.15;
/** Half the side of the square that a glint is drawn on, in decimetres. */
const glintRadius = 0.022;
/** Bytes of a vertex on the screen: x, y, 1/distance, light, gloss. */
const screenBytes = 20;
const blockBytes = 26 * 8;

export class HeadRenderer {
  readonly camera: Camera;
  readonly #mesh: HeadMesh;
  readonly #supersample: number;
  readonly #arena: Arena;
  readonly #kernels: DrawKernels;
  readonly #at: Record<"base" | "positions" | "normals" | "triangles" | "chart" | "follow" | "occlusion" | "tint" | "gloss" | "sources" | "heights" | "shifts" | "block" | "screen" | "background" | "colour" | "depth" | "pixels", number>;
  readonly #units = new Map<string, { vertices: number; offsets: number; count: number }>();
  #watched: Watched | undefined;
  readonly #layers: { texture: number; strands: number; width: number; height: number }[] = [];

  constructor(mesh: HeadMesh, { camera, channel = "luminance", supersample = 2, background, device = "wasm" }: RendererOptions) {
    this.camera = camera;
    this.#mesh = mesh;
    this.#supersample = supersample;
    const { rig, vertexCount } = mesh;
    const arena = new Arena();
    this.#arena = arena;
    const samples = camera.width * camera.height * supersample ** 2;
    this.#at = {
      base: arena.alloc(rig.vertexCount * 12),
      positions: arena.alloc(vertexCount * 12),
      normals: arena.alloc(vertexCount * 12),
      triangles: arena.alloc(mesh.triangles.length * 2),
      chart: arena.alloc(vertexCount * 8),
      follow: arena.alloc(vertexCount * 4),
      occlusion: arena.alloc(vertexCount * 4),
      tint: arena.alloc(vertexCount * 4),
      gloss: arena.alloc(vertexCount * 4),
      sources: arena.alloc(mesh.raised.sources.length * 2),
      heights: arena.alloc(mesh.raised.heights.length * 4),
      shifts: arena.alloc(mesh.raised.shifts.length * 4),
      block: arena.alloc(blockBytes),
      screen: arena.alloc(vertexCount * screenBytes),
      background: arena.alloc(samples * 4),
      colour: arena.alloc(samples * 4),
      depth: arena.alloc(samples * 4),
      pixels: arena.alloc(camera.width * camera.height * 4),
    };
    for (const { name, vertices, offsets } of rig.units.values()) {
      const unit = { vertices: arena.alloc(vertices.byteLength), offsets: arena.alloc(offsets.byteLength), count: vertices.length };
      arena.u16(unit.vertices, vertices.length).set(vertices);
      arena.f32(unit.offsets, offsets.length).set(offsets);
      this.#units.set(name, unit);
    }
    const shrink = shrinkage(camera.scale * supersample);
    const placed = new Map<Float32Array, number>();
    const place = (plane: Float32Array, texture: Texture): number => {
      const known = placed.get(plane);
      if (known !== undefined) return known;
      const [width, height] = shrunk(texture, shrink);
      const at = arena.alloc(width * height * 4);
      arena.f32(at, width * height).set(shrinkPlane(plane, texture, width, height));
      placed.set(plane, at);
      return at;
    };
    const luminance = new Map<Texture, Float32Array>();
    for (const { texture, strands } of mesh.layers) {
      const plane = channel === "luminance" ? (luminance.get(texture) ?? mix(texture.planes)) : texture.planes[channels[channel]]!;
      if (channel === "luminance") luminance.set(texture, plane);
      const [width, height] = shrunk(texture, shrink);
      this.#layers.push({ texture: place(plane, texture), strands: strands === undefined ? 0 : place(strands, texture), width, height });
    }
    arena.f32(this.#at.base, mesh.base.length).set(mesh.base);
    arena.u16(this.#at.triangles, mesh.triangles.length).set(mesh.triangles);
    arena.f32(this.#at.chart, mesh.chart.length).set(scaleChart(mesh, this.#layers));
    arena.f32(this.#at.follow, vertexCount).set(mesh.follow);
    arena.f32(this.#at.occlusion, vertexCount).set(mesh.occlusion);
    arena.f32(this.#at.tint, vertexCount).set(channel === "luminance" ? mix(mesh.tint) : mesh.tint[channels[channel]]);
    arena.f32(this.#at.gloss, vertexCount).set(mesh.gloss);
    arena.u16(this.#at.sources, mesh.raised.sources.length).set(mesh.raised.sources);
    arena.f32(this.#at.heights, mesh.raised.heights.length).set(mesh.raised.heights);
    arena.f32(this.#at.shifts, mesh.raised.shifts.length).set(mesh.raised.shifts);
    this.setBackground(background);
    this.#kernels = device === "wasm" ? arena.kernels : drawDefinition(arena.buffer);
  }

  /** Puts light behind the head, one value a pixel; black when left out. */
  setBackground(background?: Float32Array): void {
    const { width, height } = this.camera;
    const factor = this.#supersample;
    const samples = this.#arena.f32(this.#at.background, width * height * factor ** 2);
    if (background === undefined) samples.fill(0);
    else for (let i = 0; i < samples.length; i++) samples[i] = background[Math.floor(Math.floor(i / (width * factor)) / factor) * width + Math.floor((i % (width * factor)) / factor)]!;
  }

  /** Linear light of each pixel, row by row. The result is a view that the next call overwrites. */
  render(shot: Shot): Float32Array {
    this.#place(shot);
    const { width, height } = this.camera;
    const factor = this.#supersample;
    const [w, h] = [width * factor, height * factor];
    const { triangles, screen, chart, background, colour, depth, pixels } = this.#at;
    this.#arena.u8(colour, w * h * 4).set(this.#arena.u8(background, w * h * 4));
    this.#arena.u8(depth, w * h * 4).fill(0);
    this.#mesh.layers.forEach(({ first, end, bothSides = false, level = 0 }, i) => {
      const { texture, strands, width: columns, height: rows } = this.#layers[i]!;
      this.#kernels.drawTriangles(triangles, first, end, bothSides, screen, chart, texture, columns, rows, strands, level, colour, depth, w, h);
    });
    this.#kernels.boxFilter(colour, width, height, factor, shot.gain ?? 1, pixels);
    return this.#arena.f32(pixels, width * height);
  }

  /** Moves and lights the vertices. */
  #place({ units, pose, light }: Shot): void {
    const { rig, vertexCount, scale } = this.#mesh;
    const at = this.#at;
    const kernels = this.#kernels;
    this.#arena.u8(at.positions, rig.vertexCount * 12).set(this.#arena.u8(at.base, rig.vertexCount * 12));
    for (const [name, weight] of units) {
      const unit = this.#units.get(name);
      if (unit !== undefined && weight !== 0) kernels.addOffsets(unit.vertices, unit.offsets, unit.count, weight * scale, at.positions);
    }
    kernels.vertexNormals(at.positions, at.triangles, rig.triangles.length / 3, rig.vertexCount, at.normals);
    kernels.raiseVertices(at.positions, at.normals, at.sources, at.heights, at.shifts, this.#mesh.raised.sources.length, rig.vertexCount);
    const { camera } = this;
    const s = this.#supersample;
    const to = [Math.sin(light.azimuth) * Math.cos(light.elevation), Math.sin(light.elevation), Math.cos(light.azimuth) * Math.cos(light.elevation)] as const;
    const turned = rotation(pose);
    this.#placeGlints(turned, to);
    this.#arena.f64(at.block, 26).set([
      ...turned, ...pivot, pose.x, pose.y, pose.z,
      camera.scale * camera.distance * s, camera.x * s, camera.y * s, camera.distance,
      ...to, light.key, light.sky, light.ground, wrap,
    ]);
    kernels.projectVertices(at.positions, at.normals, at.follow, at.occlusion, at.tint, at.gloss, vertexCount, at.block, at.screen);
  }

  /** Where vertices of the rig would be seen, without placing the others: x, y in pixels, one after the other. */
  locate({ units, pose }: Shot, vertices: Uint16Array): Float32Array {
    const { base, scale, follow, rig } = this.#mesh;
    if (this.#watched?.vertices !== vertices) this.#watched = watch(rig.units, vertices);
    const positions = new Float64Array(3 * vertices.length);
    vertices.forEach((vertex, i) => positions.set(base.subarray(3 * vertex, 3 * vertex + 3), 3 * i));
    for (const [name, weight] of units) {
      for (const [at, offset] of this.#watched.units.get(name) ?? []) positions[at]! += weight * scale * offset;
    }
    const turned = rotation(pose);
    const { camera } = this;
    const seen = new Float32Array(2 * vertices.length);
    vertices.forEach((vertex, i) => {
      const from = [0, 1, 2].map((axis) => positions[3 * i + axis]! - pivot[axis]!) as [number, number, number];
      const [x, y, z] = ([pose.x, pose.y, pose.z] as const).map(
        (shift, axis) => positions[3 * i + axis]! + follow[vertex]! * (turned[3 * axis]! * from[0] + turned[3 * axis + 1]! * from[1] + turned[3 * axis + 2]! * from[2] - from[axis]!) + shift,
      ) as [number, number, number];
      const enlarged = (camera.scale * camera.distance) / (camera.distance - z);
      seen[2 * i] = camera.x + enlarged * x;
      seen[2 * i + 1] = camera.y - enlarged * y;
    });
    return seen;
  }

  /** A square on each eyeball where it mirrors the key light into the camera, already turned with the head. */
  #placeGlints(turned: readonly number[], light: readonly [number, number, number]): void {
    const { glints, eyes, raised, rig } = this.#mesh;
    const positions = this.#arena.f32(this.#at.positions, 3 * (rig.vertexCount + raised.sources.length + 8));
    const normals = this.#arena.f32(this.#at.normals, positions.length);
    const length = Math.hypot(light[0], light[1], light[2] + 1);
    const half = [light[0] / length, light[1] / length, (light[2] + 1) / length];
    eyes.forEach(({ centre, radius }, eye) => {
      const from = centre.map((value, axis) => value - pivot[axis]!);
      const at = [0, 1, 2].map((axis) => pivot[axis]! + turned[3 * axis]! * from[0]! + turned[3 * axis + 1]! * from[1]! + turned[3 * axis + 2]! * from[2]! + 1.02 * radius * half[axis]!);
      for (let corner = 0; corner < 4; corner++) {
        const vertex = 3 * (glints + 4 * eye + corner);
        positions.set([at[0]! + (corner & 1 ? glintRadius : -glintRadius), at[1]! + (corner & 2 ? glintRadius : -glintRadius), at[2]!], vertex);
        normals.set(light, vertex);
      }
    });
  }

  /** Positions of the rig's vertices after the last shot, before the head's rotation: x, y, z in decimetres. */
  vertices(): Float32Array {
    return this.#arena.f32(this.#at.positions, 3 * this.#mesh.rig.vertexCount).slice();
  }
}

/** What face units do to a few vertices: index of a coordinate, and its offset. */
interface Watched {
  readonly vertices: Uint16Array;
  readonly units: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

function watch(units: ReadonlyMap<string, Target>, vertices: Uint16Array): Watched {
  const place = new Map(Array.from(vertices, (vertex, i) => [vertex, i]));
  const moved = new Map<string, (readonly [number, number])[]>();
  for (const { name, vertices: moves, offsets } of units.values()) {
    const found: (readonly [number, number])[] = [];
    moves.forEach((vertex, i) => {
      const at = place.get(vertex);
      if (at !== undefined) for (let axis = 0; axis < 3; axis++) found.push([3 * at + axis, offsets[3 * i + axis]!]);
    });
    moved.set(name, found);
  }
  return { vertices, units: moved };
}

const channels = { red: 0, green: 1, blue: 2 } as const;

/** Luminance of linear light (Rec. 709). */
function mix([red, green, blue]: readonly [Float32Array, Float32Array, Float32Array]): Float32Array {
  return red.map((value, i) => 0.2126 * value + 0.7152 * green[i]! + 0.0722 * blue[i]!);
}

/** By how many powers of two textures of the chart shrink, so that a texel is about a sample. */
function shrinkage(samplesPerDecimetre: number): number {
  return Math.max(0, Math.min(4, Math.round(Math.log2(190 / samplesPerDecimetre))));
}

function shrunk({ width, height }: Texture, steps: number): [number, number] {
  return width < 16 ? [width, height] : [width >> steps, height >> steps];
}

function shrinkPlane(plane: Float32Array, texture: Texture, width: number, height: number): Float32Array {
  const factor = texture.width / width;
  if (factor === 1) return plane;
  const result = new Float32Array(width * height);
  for (let y = 0; y < texture.height; y++) {
    for (let x = 0; x < texture.width; x++) result[Math.floor(y / factor) * width + Math.floor(x / factor)]! += plane[y * texture.width + x]! / (factor * factor);
  }
  return result;
}

/** Texture coordinates for the shrunk textures. */
function scaleChart({ chart, layers, triangles }: HeadMesh, sizes: readonly { width: number }[]): Float32Array {
  const scaled = chart.slice();
  layers.forEach(({ first, end, texture }, i) => {
    const factor = sizes[i]!.width / texture.width;
    if (factor === 1) return;
    for (const vertex of new Set(triangles.subarray(3 * first, 3 * end))) {
      for (const k of [0, 1]) scaled[2 * vertex + k] = (chart[2 * vertex + k]! + 0.5) * factor - 0.5;
    }
  });
  return scaled;
}
