/**
 * The head that every synthetic face is made of: a mesh, 52 face units and the targets of identity.
 *
 * `rig.bin` is cut from MakeHuman's base mesh hm08 and its targets (CC0) by `scripts/face-rig/`; see `RIG.md`.
 * Lengths are decimetres, x to the person's left, y up, z to the front.
 * @module
 */
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** How far some vertices move when the target has weight 1. */
export interface Target {
  readonly name: string;
  readonly vertices: Uint16Array;
  /** x, y, z of each moved vertex, in decimetres. */
  readonly offsets: Float32Array;
}

export type RigPart = "body" | "left-eye" | "right-eye" | "teeth" | "tongue" | "lashes";
export type RigMask = "lips" | "inside-mouth" | "eyelids" | "ears" | "face";

export interface Rig {
  readonly vertexCount: number;
  /** x, y, z of each vertex, in decimetres. */
  readonly base: Float32Array;
  /** Three vertices each, counter-clockwise seen from outside. */
  readonly triangles: Uint16Array;
  /** Triangles `[first, end)` of each part. */
  readonly parts: Readonly<Record<RigPart, readonly [number, number]>>;
  /** The vertex on the other side. */
  readonly mirror: Uint16Array;
  /** 0 to 255 a vertex. */
  readonly masks: Readonly<Record<RigMask, Uint8Array>>;
  /** Share of the sky that a vertex sees, 0 to 255. */
  readonly occlusion: Uint8Array;
  /** The 52 face units of ARKit, by name. */
  readonly units: ReadonlyMap<string, Target>;
  /** Sex, age, origin and weight in MakeHuman's combinations. */
  readonly macros: ReadonlyMap<string, Target>;
  /** Single features of a head. */
  readonly details: ReadonlyMap<string, Target>;
}

interface Header {
  readonly vertices: number;
  readonly triangles: number;
  readonly parts: Rig["parts"];
  readonly masks: readonly RigMask[];
  /** A name, or a name and the earlier target that it mirrors. */
  readonly units: readonly (string | readonly [string, number])[];
  readonly macros: Header["units"];
  readonly details: Header["units"];
}

let loaded: Rig | undefined;

/** The rig, read at the first call. */
export function headRig(): Rig {
  loaded ??= readRig(brotliDecompressSync(readFileSync(new URL("rig.bin", import.meta.url))));
  return loaded;
}

/** Reads what `scripts/face-rig/` wrote, unpacked. */
export function readRig(bytes: Uint8Array): Rig {
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))) as Header;
  const reader = new Reader(bytes.subarray(4 + headerLength));
  const base = new Float32Array(3 * header.vertices);
  for (let axis = 0; axis < 3; axis++) reader.signedDeltas(header.vertices, (value, i) => (base[3 * i + axis] = value / 10_000));
  const triangles = new Uint16Array(3 * header.triangles);
  for (let corner = 0; corner < 3; corner++) reader.signedDeltas(header.triangles, (value, i) => (triangles[3 * i + corner] = value));
  const mirror = new Uint16Array(header.vertices);
  reader.signedDeltas(header.vertices, (value, i) => (mirror[i] = value));
  const masks = Object.fromEntries(header.masks.map((mask) => [mask, reader.bytes(header.vertices)])) as Rig["masks"];
  const occlusion = reader.bytes(header.vertices);
  const targets = (names: Header["units"]): Map<string, Target> => readTargets(reader, names, mirror);
  return {
    vertexCount: header.vertices,
    base,
    triangles,
    parts: header.parts,
    mirror,
    masks,
    occlusion,
    units: targets(header.units),
    macros: targets(header.macros),
    details: targets(header.details),
  };
}

function readTargets(reader: Reader, names: Header["units"], mirror: Uint16Array): Map<string, Target> {
  const own = names.filter((name) => typeof name === "string").map((name) => {
    const count = reader.unsigned();
    return { name, vertices: new Uint16Array(count), offsets: new Float32Array(3 * count) };
  });
  for (const { vertices } of own) reader.signedDeltas(vertices.length, (value, i) => (vertices[i] = value));
  for (let axis = 0; axis < 3; axis++) {
    for (const { vertices, offsets } of own) reader.signedDeltas(vertices.length, (value, i) => (offsets[3 * i + axis] = value / 1000));
  }
  const targets: Target[] = [];
  let next = 0;
  for (const name of names) targets.push(typeof name === "string" ? own[next++]! : mirrored(name[0], targets[name[1]]!, mirror));
  return new Map(targets.map((target) => [target.name, target]));
}

function mirrored(name: string, { vertices, offsets }: Target, mirror: Uint16Array): Target {
  return { name, vertices: vertices.map((vertex) => mirror[vertex]!), offsets: offsets.map((value, i) => (i % 3 === 0 ? -value : value)) };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    return this.#bytes.slice(this.#at, (this.#at += length));
  }

  /** Seven bits a byte, low bits first. */
  unsigned(): number {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  signedDeltas(count: number, take: (value: number, index: number) => void): void {
    for (let i = 0, value = 0; i < count; i++) {
      const code = this.unsigned();
      value += code & 1 ? -((code + 1) >>> 1) : code >>> 1;
      take(value, i);
    }
  }
}
