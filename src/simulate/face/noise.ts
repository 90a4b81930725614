/**
 * Smooth noise over a texture that wraps around.
 * @module
 */

/** Value noise from 0 to 1 on a grid of `columns` by `rows` cells over the unit square, wrapped along both. */
export function valueNoise(seed: number, columns: number, rows: number): (u: number, v: number) => number {
  const lattice = Float32Array.from({ length: columns * rows }, (_, i) => hash(seed, i % columns, Math.floor(i / columns)));
  return (u, v) => {
    const [x, y] = [u * columns, v * rows];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const left = ((column % columns) + columns) % columns;
    const right = left + 1 === columns ? 0 : left + 1;
    const top = (((row % rows) + rows) % rows) * columns;
    const bottom = top + columns === lattice.length ? 0 : top + columns;
    const fx = ease(x - column);
    const upper = lattice[top + left]! + (lattice[top + right]! - lattice[top + left]!) * fx;
    const lower = lattice[bottom + left]! + (lattice[bottom + right]! - lattice[bottom + left]!) * fx;
    return upper + (lower - upper) * ease(y - row);
  };
}

/** Sums `octaves` of value noise, each twice as fine and half as strong; about 0 to 1. */
export function layeredNoise(seed: number, columns: number, rows: number, octaves: number): (u: number, v: number) => number {
  const layers = Array.from({ length: octaves }, (_, k) => valueNoise(seed + 7919 * k, columns << k, rows << k));
  const total = 2 - 2 ** (1 - octaves);
  return (u, v) => layers.reduce((sum, layer, k) => sum + layer(u, v) / 2 ** k, 0) / total;
}

/** 0 below `from`, 1 above `to`, smooth between; `to` may be the smaller. */
export function smoothstep(from: number, to: number, value: number): number {
  const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return ease(part);
}

function ease(part: number): number {
  return part * part * (3 - 2 * part);
}

function hash(seed: number, x: number, y: number): number {
  let h = Math.imul(seed ^ Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h ^= h >>> 13;
  return (h >>> 0) / 0x100000000;
}
