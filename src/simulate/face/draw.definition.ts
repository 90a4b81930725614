/**
 * Draws a mesh: blend shapes, normals, light and z-buffered triangles. This is the definition of what
 * `src/wasm/assembly/head.ts` does, operation for operation, on the same memory and byte offsets: arithmetic in 64 bits,
 * storage in 32, so that both give the same bytes.
 * @module
 */
import type { Kernels } from "../../wasm/arena.js";

/** The part of the kernels that draws. */
export type DrawKernels = Pick<Kernels, "addOffsets" | "boxFilter" | "drawTriangles" | "projectVertices" | "raiseVertices" | "vertexNormals">;

/** The definition at work on a block of memory. */
export function drawDefinition(memory: ArrayBuffer): DrawKernels {
  const f = new Float32Array(memory);
  const d = new Float64Array(memory);
  const h = new Uint16Array(memory);

  // positions[vertex] += weight * offset, for each of `count` moved vertices.
  function addOffsets(vertices: number, offsets: number, count: number, weight: number, positions: number): void {
    for (let i = 0; i < count; i++) {
      const at = positions + h[(vertices + (i << 1)) >> 1]! * 12;
      const from = offsets + i * 12;
      f[at >> 2] = f[at >> 2]! + weight * f[from >> 2]!;
      f[(at + 4) >> 2] = f[(at + 4) >> 2]! + weight * f[(from + 4) >> 2]!;
      f[(at + 8) >> 2] = f[(at + 8) >> 2]! + weight * f[(from + 8) >> 2]!;
    }
  }

  // Sums of the triangles' area vectors at each vertex, made unit length.
  function vertexNormals(positions: number, triangles: number, triangleCount: number, vertexCount: number, normals: number): void {
    f.fill(0, normals >> 2, (normals >> 2) + 3 * vertexCount);
    for (let i = 0; i < triangleCount; i++) {
      const corner = triangles + i * 6;
      const ia = h[corner >> 1]! * 12;
      const ib = h[(corner + 2) >> 1]! * 12;
      const ic = h[(corner + 4) >> 1]! * 12;
      const a = positions + ia;
      const b = positions + ib;
      const c = positions + ic;
      const ux = f[b >> 2]! - f[a >> 2]!;
      const uy = f[(b + 4) >> 2]! - f[(a + 4) >> 2]!;
      const uz = f[(b + 8) >> 2]! - f[(a + 8) >> 2]!;
      const vx = f[c >> 2]! - f[a >> 2]!;
      const vy = f[(c + 4) >> 2]! - f[(a + 4) >> 2]!;
      const vz = f[(c + 8) >> 2]! - f[(a + 8) >> 2]!;
      const x = uy * vz - uz * vy;
      const y = uz * vx - ux * vz;
      const z = ux * vy - uy * vx;
      addTo(normals + ia, x, y, z);
      addTo(normals + ib, x, y, z);
      addTo(normals + ic, x, y, z);
    }
    for (let i = 0; i < vertexCount; i++) {
      const at = normals + i * 12;
      const x = f[at >> 2]!;
      const y = f[(at + 4) >> 2]!;
      const z = f[(at + 8) >> 2]!;
      const length = Math.sqrt(x * x + y * y + z * z);
      if (length === 0) continue;
      f[at >> 2] = x / length;
      f[(at + 4) >> 2] = y / length;
      f[(at + 8) >> 2] = z / length;
    }
  }

  function addTo(at: number, x: number, y: number, z: number): void {
    f[at >> 2] = f[at >> 2]! + x;
    f[(at + 4) >> 2] = f[(at + 4) >> 2]! + y;
    f[(at + 8) >> 2] = f[(at + 8) >> 2]! + z;
  }

  // Copies of vertices that stand out along the normal, shifted:
  // positions[first + i] = positions[sources[i]] + heights[i] * normal + shifts[i].
  function raiseVertices(positions: number, normals: number, sources: number, heights: number, shifts: number, count: number, first: number): void {
    for (let i = 0; i < count; i++) {
      const source = h[(sources + (i << 1)) >> 1]! * 12;
      const at = (first + i) * 12;
      const height = f[(heights + (i << 2)) >> 2]!;
      const shift = shifts + i * 12;
      for (let axis = 0; axis < 12; axis += 4) {
        const normal = f[(normals + source + axis) >> 2]!;
        f[(positions + at + axis) >> 2] = f[(positions + source + axis) >> 2]! + height * normal + f[(shift + axis) >> 2]!;
        f[(normals + at + axis) >> 2] = normal;
      }
    }
  }

  // Moves, projects and lights each vertex. `block` is the f64 block of draw-block.ts; `screen` gets x, y, 1/distance,
  // diffuse light and gloss of each vertex.
  function projectVertices(positions: number, normals: number, follow: number, occlusion: number, tint: number, gloss: number, count: number, block: number, screen: number): void {
    const r0 = d[block >> 3]!;
    const r1 = d[(block + 8) >> 3]!;
    const r2 = d[(block + 16) >> 3]!;
    const r3 = d[(block + 24) >> 3]!;
    const r4 = d[(block + 32) >> 3]!;
    const r5 = d[(block + 40) >> 3]!;
    const r6 = d[(block + 48) >> 3]!;
    const r7 = d[(block + 56) >> 3]!;
    const r8 = d[(block + 64) >> 3]!;
    const px = d[(block + 72) >> 3]!;
    const py = d[(block + 80) >> 3]!;
    const pz = d[(block + 88) >> 3]!;
    const tx = d[(block + 96) >> 3]!;
    const ty = d[(block + 104) >> 3]!;
    const tz = d[(block + 112) >> 3]!;
    const focal = d[(block + 120) >> 3]!;
    const cx = d[(block + 128) >> 3]!;
    const cy = d[(block + 136) >> 3]!;
    const camera = d[(block + 144) >> 3]!;
    const lx = d[(block + 152) >> 3]!;
    const ly = d[(block + 160) >> 3]!;
    const lz = d[(block + 168) >> 3]!;
    const key = d[(block + 176) >> 3]!;
    const sky = d[(block + 184) >> 3]!;
    const ground = d[(block + 192) >> 3]!;
    const wrap = d[(block + 200) >> 3]!;
    for (let i = 0; i < count; i++) {
      const at = i * 12;
      const one = i << 2;
      const follows = f[(follow + one) >> 2]!;
      let x = f[(positions + at) >> 2]!;
      let y = f[(positions + at + 4) >> 2]!;
      let z = f[(positions + at + 8) >> 2]!;
      const ax = x - px;
      const ay = y - py;
      const az = z - pz;
      x += follows * (r0 * ax + r1 * ay + r2 * az - ax) + tx;
      y += follows * (r3 * ax + r4 * ay + r5 * az - ay) + ty;
      z += follows * (r6 * ax + r7 * ay + r8 * az - az) + tz;
      const ox = f[(normals + at) >> 2]!;
      const oy = f[(normals + at + 4) >> 2]!;
      const oz = f[(normals + at + 8) >> 2]!;
      const nx = ox + follows * (r0 * ox + r1 * oy + r2 * oz - ox);
      const ny = oy + follows * (r3 * ox + r4 * oy + r5 * oz - oy);
      const nz = oz + follows * (r6 * ox + r7 * oy + r8 * oz - oz);

      const inverse = 1 / (camera - z);
      const to = screen + i * 20;
      f[to >> 2] = cx + focal * x * inverse;
      f[(to + 4) >> 2] = cy - focal * y * inverse;
      f[(to + 8) >> 2] = inverse;

      const occluded = f[(occlusion + one) >> 2]!;
      let lit = (nx * lx + ny * ly + nz * lz + wrap) / (1 + wrap);
      if (lit < 0) lit = 0;
      const around = ground + (sky - ground) * (0.5 + 0.5 * ny);
      f[(to + 12) >> 2] = f[(tint + one) >> 2]! * occluded * (key * lit + around);

      // Half way between the light and the camera.
      const vz = camera - z;
      const distance = Math.sqrt(x * x + y * y + vz * vz);
      const hx = lx - x / distance;
      const hy = ly - y / distance;
      const hz = lz + vz / distance;
      let half = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
      if (half < 0) half = 0;
      half *= half;
      half *= half;
      half *= half;
      half *= half;
      f[(to + 16) >> 2] = f[(gloss + one) >> 2]! * occluded * key * half;
    }
  }

  // Draws triangles [first, end) into colour and depth, both f32. `chart` has two texture coordinates a vertex, in texels;
  // columns wrap around (textureWidth is a power of two), rows end at the edges. With `strands` not 0 the texture's
  // density decides: where it is at most `level` nothing is drawn.
  function drawTriangles(
    triangles: number, first: number, end: number, bothSides: boolean, screen: number, chart: number,
    texture: number, textureWidth: number, textureHeight: number, strands: number, level: number,
    colour: number, depth: number, width: number, height: number,
  ): void {
    const half = textureWidth / 2;
    const mask = textureWidth - 1;
    const lastRow = textureHeight - 1;
    for (let i = first; i < end; i++) {
      const corner = triangles + i * 6;
      const ia = h[corner >> 1]!;
      const ib = h[(corner + 2) >> 1]!;
      const ic = h[(corner + 4) >> 1]!;
      const a = screen + ia * 20;
      const b = screen + ib * 20;
      const c = screen + ic * 20;
      const ax = f[a >> 2]!;
      const ay = f[(a + 4) >> 2]!;
      const bx = f[b >> 2]!;
      const by = f[(b + 4) >> 2]!;
      const cx = f[c >> 2]!;
      const cy = f[(c + 4) >> 2]!;
      const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
      if (area === 0 || (area > 0 && !bothSides)) continue;
      const low = Math.min(ay, Math.min(by, cy));
      const high = Math.max(ay, Math.max(by, cy));
      const top = Math.max(0, Math.ceil(low - 0.5));
      const bottom = Math.min(height, Math.ceil(high - 0.5));
      if (top >= bottom) continue;
      if (Math.ceil(Math.min(ax, Math.min(bx, cx)) - 0.5) >= Math.ceil(Math.max(ax, Math.max(bx, cx)) - 0.5)) continue;

      const az = f[(a + 8) >> 2]!;
      const ad = f[(a + 12) >> 2]!;
      const ag = f[(a + 16) >> 2]!;
      let au = f[(chart + (ia << 3)) >> 2]!;
      let bu = f[(chart + (ib << 3)) >> 2]!;
      let cu = f[(chart + (ic << 3)) >> 2]!;
      const av = f[(chart + (ia << 3) + 4) >> 2]!;
      const mostU = Math.max(au, Math.max(bu, cu));
      if (mostU - au > half) au += textureWidth;
      if (mostU - bu > half) bu += textureWidth;
      if (mostU - cu > half) cu += textureWidth;

      // Slopes of each quantity along x and y.
      const bxs = (cy - ay) / area;
      const cxs = (ay - by) / area;
      const bys = (ax - cx) / area;
      const cys = (bx - ax) / area;
      const zb = f[(b + 8) >> 2]! - az;
      const zc = f[(c + 8) >> 2]! - az;
      const db = f[(b + 12) >> 2]! - ad;
      const dc = f[(c + 12) >> 2]! - ad;
      const gb = f[(b + 16) >> 2]! - ag;
      const gc = f[(c + 16) >> 2]! - ag;
      const ub = bu - au;
      const uc = cu - au;
      const vb = f[(chart + (ib << 3) + 4) >> 2]! - av;
      const vc = f[(chart + (ic << 3) + 4) >> 2]! - av;
      const zx = zb * bxs + zc * cxs;
      const dx = db * bxs + dc * cxs;
      const gx = gb * bxs + gc * cxs;
      const ux = ub * bxs + uc * cxs;
      const vx = vb * bxs + vc * cxs;

      for (let y = top; y < bottom; y++) {
        const row = y + 0.5;
        let left = Infinity;
        let right = -Infinity;
        if ((ay <= row) !== (by <= row)) {
          const x = ax + ((row - ay) * (bx - ax)) / (by - ay);
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
        if ((by <= row) !== (cy <= row)) {
          const x = bx + ((row - by) * (cx - bx)) / (cy - by);
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
        if ((cy <= row) !== (ay <= row)) {
          const x = cx + ((row - cy) * (ax - cx)) / (ay - cy);
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
        if (right < 0 || left > width) continue;
        const from = Math.max(0, Math.ceil(left - 0.5));
        const until = Math.min(width, Math.ceil(right - 0.5));
        if (from >= until) continue;
        const ex = from + 0.5 - ax;
        const ey = row - ay;
        const wb = ex * bxs + ey * bys;
        const wc = ex * cxs + ey * cys;
        let z = az + zb * wb + zc * wc;
        let light = ad + db * wb + dc * wc;
        let g = ag + gb * wb + gc * wc;
        let u = au + ub * wb + uc * wc;
        let v = av + vb * wb + vc * wc;
        let at = (y * width + from) << 2;
        for (let x = from; x < until; x++, at += 4, z += zx, light += dx, g += gx, u += ux, v += vx) {
          if (z <= f[(depth + at) >> 2]!) continue;
          const floorU = Math.floor(u);
          const floorV = Math.max(0, Math.min(lastRow - 1, Math.floor(v)));
          const column = floorU & mask;
          const rowStart = floorV * textureWidth;
          const cell = (rowStart + column) << 2;
          const beside = (rowStart + ((column + 1) & mask)) << 2;
          const below = textureWidth << 2;
          const fu = u - floorU;
          const fv = Math.max(0, Math.min(1, v - floorV));
          if (strands !== 0 && bilinear(strands, cell, beside, below, fu, fv) <= level) continue;
          f[(depth + at) >> 2] = z;
          f[(colour + at) >> 2] = bilinear(texture, cell, beside, below, fu, fv) * light + g;
        }
      }
    }
  }

  function bilinear(texture: number, cell: number, beside: number, below: number, fu: number, fv: number): number {
    const a = f[(texture + cell) >> 2]!;
    const b = f[(texture + beside) >> 2]!;
    const c = f[(texture + cell + below) >> 2]!;
    const d = f[(texture + beside + below) >> 2]!;
    const upper = a + (b - a) * fu;
    const lower = c + (d - c) * fu;
    return upper + (lower - upper) * fv;
  }

  // Means of squares of `factor` by `factor` samples, times `gain`.
  function boxFilter(samples: number, width: number, height: number, factor: number, gain: number, pixels: number): void {
    const share = gain / (factor * factor);
    const stride = (width * factor) << 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum: number = 0;
        const corner = samples + (y * factor) * stride + ((x * factor) << 2);
        for (let j = 0; j < factor; j++) {
          for (let i = 0; i < factor; i++) sum += f[(corner + j * stride + (i << 2)) >> 2]!;
        }
        f[(pixels + ((y * width + x) << 2)) >> 2] = sum * share;
      }
    }
  }

  return { addOffsets, boxFilter, drawTriangles, projectVertices, raiseVertices, vertexNormals };
}
