// Ambient occlusion of each vertex: the share of the sky above its surface that the head leaves free, with the mouth a
// little open so that teeth and tongue are not black. Measured with depth maps from directions all around.
import type { Target } from "./pack.js";

const size = 512;
const directions = 256;
/** How far behind the foremost surface a vertex still counts as seen, in decimetres. */
const slack = 0.03;

export function occlusion(base: readonly (readonly [number, number, number])[], triangles: readonly number[], units: readonly Target[]): number[] {
  const positions = base.map((position) => [...position] as [number, number, number]);
  for (const [name, weight] of [["jawOpen", 0.5], ["mouthUpperUpLeft", 0.5], ["mouthUpperUpRight", 0.5]] as const) {
    for (const [vertex, offset] of units.find((unit) => unit.name === name)!.offsets) {
      for (const axis of [0, 1, 2]) positions[vertex]![axis]! += (weight * offset[axis]!) / 1000;
    }
  }
  const normals = positions.map(() => [0, 0, 0] as [number, number, number]);
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = triangles.slice(i, i + 3);
    const [a, b, c] = [positions[corners[0]!]!, positions[corners[1]!]!, positions[corners[2]!]!];
    const [u, v] = [sub(b, a), sub(c, a)];
    const normal = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
    for (const corner of corners) for (const axis of [0, 1, 2]) normals[corner]![axis]! += normal[axis]!;
  }
  for (const normal of normals) {
    const length = Math.hypot(...normal) || 1;
    for (const axis of [0, 1, 2]) normal[axis]! /= length;
  }
  const seen = positions.map(() => [0, 0] as [number, number]);
  for (let k = 0; k < directions; k++) {
    // Evenly spread over the sphere; light from below counts less.
    const up = 1 - (2 * k + 1) / directions;
    const angle = k * Math.PI * (3 - Math.sqrt(5));
    const side = Math.sqrt(1 - up * up);
    const to = [side * Math.cos(angle), up, side * Math.sin(angle)];
    const weight = 0.6 + 0.4 * up;
    const depth = depthMap(positions, triangles, to);
    positions.forEach((position, vertex) => {
      const cosine = dot(normals[vertex]!, to) * weight;
      if (cosine <= 0) return;
      seen[vertex]![1] += cosine;
      if (depth.visible(position)) seen[vertex]![0] += cosine;
    });
  }
  return seen.map(([free, sky]) => Math.round((255 * free) / Math.max(sky, 1e-9)));
}

function depthMap(positions: readonly number[][], triangles: readonly number[], to: number[]): { visible(position: readonly number[]): boolean } {
  const helper = Math.abs(to[1]!) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const right = unit(cross(helper, to));
  const up = cross(to, right);
  const scale = size / 5;
  const place = (position: readonly number[]): [number, number, number] => {
    const from = sub(position, [0, 7, 0.4]);
    return [size / 2 + scale * dot(from, right), size / 2 + scale * dot(from, up), dot(from, to)];
  };
  const depth = new Float64Array(size * size).fill(-Infinity);
  const placed = positions.map(place);
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [placed[triangles[i]!]!, placed[triangles[i + 1]!]!, placed[triangles[i + 2]!]!];
    const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
    if (Math.abs(area) < 1e-9) continue;
    const [left, low] = [Math.max(0, Math.ceil(Math.min(a[0], b[0], c[0]) - 0.5)), Math.max(0, Math.ceil(Math.min(a[1], b[1], c[1]) - 0.5))];
    const [end, high] = [Math.min(size - 1, Math.max(a[0], b[0], c[0]) - 0.5), Math.min(size - 1, Math.max(a[1], b[1], c[1]) - 0.5)];
    for (let y = low; y <= high; y++) {
      for (let x = left; x <= end; x++) {
        const [px, py] = [x + 0.5, y + 0.5];
        const wb = ((px - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (py - a[1])) / area;
        const wc = ((b[0] - a[0]) * (py - a[1]) - (px - a[0]) * (b[1] - a[1])) / area;
        if (wb < 0 || wc < 0 || wb + wc > 1) continue;
        depth[y * size + x] = Math.max(depth[y * size + x]!, a[2] + wb * (b[2] - a[2]) + wc * (c[2] - a[2]));
      }
    }
  }
  return {
    visible(position) {
      const [x, y, z] = place(position);
      const cell = Math.floor(y) * size + Math.floor(x);
      return z >= (depth[cell] ?? -Infinity) - slack;
    },
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
const sub = (a: readonly number[], b: readonly number[]): number[] => [a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!];
const cross = (a: readonly number[], b: readonly number[]): number[] => [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
function unit(a: readonly number[]): number[] {
  const length = Math.hypot(...a);
  return a.map((value) => value / length);
}
