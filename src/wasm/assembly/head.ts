// Draws a mesh: blend shapes, normals, light and z-buffered triangles. The definition is src/simulate/face/draw.definition.ts,
// operation for operation: arithmetic in f64, storage in f32, so that both give the same bytes.

// positions[vertex] += weight * offset, for each of `count` moved vertices.
export function addOffsets(vertices: usize, offsets: usize, count: i32, weight: f64, positions: usize): void {
  for (let i = 0; i < count; i++) {
    const at = positions + <usize>load<u16>(vertices + (<usize>i << 1)) * 12;
    const from = offsets + <usize>i * 12;
    store<f32>(at, <f32>(<f64>load<f32>(at) + weight * <f64>load<f32>(from)));
    store<f32>(at, <f32>(<f64>load<f32>(at, 4) + weight * <f64>load<f32>(from, 4)), 4);
    store<f32>(at, <f32>(<f64>load<f32>(at, 8) + weight * <f64>load<f32>(from, 8)), 8);
  }
}

// Sums of the triangles' area vectors at each vertex, made unit length.
export function vertexNormals(positions: usize, triangles: usize, triangleCount: i32, vertexCount: i32, normals: usize): void {
  memory.fill(normals, 0, <usize>vertexCount * 12);
  for (let i = 0; i < triangleCount; i++) {
    const corner = triangles + <usize>i * 6;
    const ia = <usize>load<u16>(corner) * 12;
    const ib = <usize>load<u16>(corner, 2) * 12;
    const ic = <usize>load<u16>(corner, 4) * 12;
    const a = positions + ia;
    const b = positions + ib;
    const c = positions + ic;
    const ux = <f64>load<f32>(b) - <f64>load<f32>(a);
    const uy = <f64>load<f32>(b, 4) - <f64>load<f32>(a, 4);
    const uz = <f64>load<f32>(b, 8) - <f64>load<f32>(a, 8);
    const vx = <f64>load<f32>(c) - <f64>load<f32>(a);
    const vy = <f64>load<f32>(c, 4) - <f64>load<f32>(a, 4);
    const vz = <f64>load<f32>(c, 8) - <f64>load<f32>(a, 8);
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    addTo(normals + ia, x, y, z);
    addTo(normals + ib, x, y, z);
    addTo(normals + ic, x, y, z);
  }
  for (let i = 0; i < vertexCount; i++) {
    const at = normals + <usize>i * 12;
    const x = <f64>load<f32>(at);
    const y = <f64>load<f32>(at, 4);
    const z = <f64>load<f32>(at, 8);
    const length = Math.sqrt(x * x + y * y + z * z);
    if (length === 0) continue;
    store<f32>(at, <f32>(x / length));
    store<f32>(at, <f32>(y / length), 4);
    store<f32>(at, <f32>(z / length), 8);
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function addTo(at: usize, x: f64, y: f64, z: f64): void {
  store<f32>(at, <f32>(<f64>load<f32>(at) + x));
  store<f32>(at, <f32>(<f64>load<f32>(at, 4) + y), 4);
  store<f32>(at, <f32>(<f64>load<f32>(at, 8) + z), 8);
}

// Copies of vertices that stand out along the normal, shifted:
// positions[first + i] = positions[sources[i]] + heights[i] * normal + shifts[i].
export function raiseVertices(positions: usize, normals: usize, sources: usize, heights: usize, shifts: usize, count: i32, first: i32): void {
  for (let i = 0; i < count; i++) {
    const source = <usize>load<u16>(sources + (<usize>i << 1)) * 12;
    const at = <usize>(first + i) * 12;
    const height = <f64>load<f32>(heights + (<usize>i << 2));
    const shift = shifts + <usize>i * 12;
    for (let axis: usize = 0; axis < 12; axis += 4) {
      const normal = load<f32>(normals + source + axis);
      store<f32>(positions + at + axis, <f32>(<f64>load<f32>(positions + source + axis) + height * <f64>normal + <f64>load<f32>(shift + axis)));
      store<f32>(normals + at + axis, normal);
    }
  }
}

// Moves, projects and lights each vertex. `block` is the f64 block of draw-block.ts; `screen` gets x, y, 1/distance,
// diffuse light and gloss of each vertex.
export function projectVertices(positions: usize, normals: usize, follow: usize, occlusion: usize, tint: usize, gloss: usize, count: i32, block: usize, screen: usize): void {
  const r0 = load<f64>(block);
  const r1 = load<f64>(block, 8);
  const r2 = load<f64>(block, 16);
  const r3 = load<f64>(block, 24);
  const r4 = load<f64>(block, 32);
  const r5 = load<f64>(block, 40);
  const r6 = load<f64>(block, 48);
  const r7 = load<f64>(block, 56);
  const r8 = load<f64>(block, 64);
  const px = load<f64>(block, 72);
  const py = load<f64>(block, 80);
  const pz = load<f64>(block, 88);
  const tx = load<f64>(block, 96);
  const ty = load<f64>(block, 104);
  const tz = load<f64>(block, 112);
  const focal = load<f64>(block, 120);
  const cx = load<f64>(block, 128);
  const cy = load<f64>(block, 136);
  const camera = load<f64>(block, 144);
  const lx = load<f64>(block, 152);
  const ly = load<f64>(block, 160);
  const lz = load<f64>(block, 168);
  const key = load<f64>(block, 176);
  const sky = load<f64>(block, 184);
  const ground = load<f64>(block, 192);
  const wrap = load<f64>(block, 200);
  for (let i = 0; i < count; i++) {
    const at = <usize>i * 12;
    const one = <usize>i << 2;
    const follows = <f64>load<f32>(follow + one);
    let x = <f64>load<f32>(positions + at);
    let y = <f64>load<f32>(positions + at, 4);
    let z = <f64>load<f32>(positions + at, 8);
    const ax = x - px;
    const ay = y - py;
    const az = z - pz;
    x += follows * (r0 * ax + r1 * ay + r2 * az - ax) + tx;
    y += follows * (r3 * ax + r4 * ay + r5 * az - ay) + ty;
    z += follows * (r6 * ax + r7 * ay + r8 * az - az) + tz;
    const ox = <f64>load<f32>(normals + at);
    const oy = <f64>load<f32>(normals + at, 4);
    const oz = <f64>load<f32>(normals + at, 8);
    const nx = ox + follows * (r0 * ox + r1 * oy + r2 * oz - ox);
    const ny = oy + follows * (r3 * ox + r4 * oy + r5 * oz - oy);
    const nz = oz + follows * (r6 * ox + r7 * oy + r8 * oz - oz);

    const inverse = 1 / (camera - z);
    const to = screen + <usize>i * 20;
    store<f32>(to, <f32>(cx + focal * x * inverse));
    store<f32>(to, <f32>(cy - focal * y * inverse), 4);
    store<f32>(to, <f32>inverse, 8);

    const occluded = <f64>load<f32>(occlusion + one);
    let lit = (nx * lx + ny * ly + nz * lz + wrap) / (1 + wrap);
    if (lit < 0) lit = 0;
    const around = ground + (sky - ground) * (0.5 + 0.5 * ny);
    store<f32>(to, <f32>(<f64>load<f32>(tint + one) * occluded * (key * lit + around)), 12);

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
    store<f32>(to, <f32>(<f64>load<f32>(gloss + one) * occluded * key * half), 16);
  }
}

// Draws triangles [first, end) into colour and depth, both f32. `chart` has two texture coordinates a vertex, in texels;
// columns wrap around (textureWidth is a power of two), rows end at the edges. With `strands` not 0 the texture's
// density decides: where it is at most `level` nothing is drawn.
export function drawTriangles(
  triangles: usize, first: i32, end: i32, bothSides: bool, screen: usize, chart: usize,
  texture: usize, textureWidth: i32, textureHeight: i32, strands: usize, level: f64,
  colour: usize, depth: usize, width: i32, height: i32,
): void {
  const half = <f64>textureWidth / 2;
  const mask = textureWidth - 1;
  const lastRow = textureHeight - 1;
  for (let i = first; i < end; i++) {
    const corner = triangles + <usize>i * 6;
    const ia = <usize>load<u16>(corner);
    const ib = <usize>load<u16>(corner, 2);
    const ic = <usize>load<u16>(corner, 4);
    const a = screen + ia * 20;
    const b = screen + ib * 20;
    const c = screen + ic * 20;
    const ax = <f64>load<f32>(a);
    const ay = <f64>load<f32>(a, 4);
    const bx = <f64>load<f32>(b);
    const by = <f64>load<f32>(b, 4);
    const cx = <f64>load<f32>(c);
    const cy = <f64>load<f32>(c, 4);
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0 || (area > 0 && !bothSides)) continue;
    const low = Math.min(ay, Math.min(by, cy));
    const high = Math.max(ay, Math.max(by, cy));
    const top = <i32>Math.max(0, Math.ceil(low - 0.5));
    const bottom = <i32>Math.min(<f64>height, Math.ceil(high - 0.5));
    if (top >= bottom) continue;
    if (Math.ceil(Math.min(ax, Math.min(bx, cx)) - 0.5) >= Math.ceil(Math.max(ax, Math.max(bx, cx)) - 0.5)) continue;

    const az = <f64>load<f32>(a, 8);
    const ad = <f64>load<f32>(a, 12);
    const ag = <f64>load<f32>(a, 16);
    let au = <f64>load<f32>(chart + (ia << 3));
    let bu = <f64>load<f32>(chart + (ib << 3));
    let cu = <f64>load<f32>(chart + (ic << 3));
    const av = <f64>load<f32>(chart + (ia << 3), 4);
    const mostU = Math.max(au, Math.max(bu, cu));
    if (mostU - au > half) au += <f64>textureWidth;
    if (mostU - bu > half) bu += <f64>textureWidth;
    if (mostU - cu > half) cu += <f64>textureWidth;

    // Slopes of each quantity along x and y.
    const bxs = (cy - ay) / area;
    const cxs = (ay - by) / area;
    const bys = (ax - cx) / area;
    const cys = (bx - ax) / area;
    const zb = <f64>load<f32>(b, 8) - az;
    const zc = <f64>load<f32>(c, 8) - az;
    const db = <f64>load<f32>(b, 12) - ad;
    const dc = <f64>load<f32>(c, 12) - ad;
    const gb = <f64>load<f32>(b, 16) - ag;
    const gc = <f64>load<f32>(c, 16) - ag;
    const ub = bu - au;
    const uc = cu - au;
    const vb = <f64>load<f32>(chart + (ib << 3), 4) - av;
    const vc = <f64>load<f32>(chart + (ic << 3), 4) - av;
    const zx = zb * bxs + zc * cxs;
    const dx = db * bxs + dc * cxs;
    const gx = gb * bxs + gc * cxs;
    const ux = ub * bxs + uc * cxs;
    const vx = vb * bxs + vc * cxs;

    for (let y = top; y < bottom; y++) {
      const row = <f64>y + 0.5;
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
      if (right < 0 || left > <f64>width) continue;
      const from = <i32>Math.max(0, Math.ceil(left - 0.5));
      const until = <i32>Math.min(<f64>width, Math.ceil(right - 0.5));
      if (from >= until) continue;
      const ex = <f64>from + 0.5 - ax;
      const ey = row - ay;
      const wb = ex * bxs + ey * bys;
      const wc = ex * cxs + ey * cys;
      let z = az + zb * wb + zc * wc;
      let d = ad + db * wb + dc * wc;
      let g = ag + gb * wb + gc * wc;
      let u = au + ub * wb + uc * wc;
      let v = av + vb * wb + vc * wc;
      let at = <usize>(y * width + from) << 2;
      for (let x = from; x < until; x++, at += 4, z += zx, d += dx, g += gx, u += ux, v += vx) {
        if (z <= <f64>load<f32>(depth + at)) continue;
        const floorU = Math.floor(u);
        const floorV = Math.max(0, Math.min(<f64>lastRow - 1, Math.floor(v)));
        const column = <i32>floorU & mask;
        const rowStart = <i32>floorV * textureWidth;
        const cell = <usize>(rowStart + column) << 2;
        const beside = <usize>(rowStart + ((column + 1) & mask)) << 2;
        const below = <usize>textureWidth << 2;
        const fu = u - floorU;
        const fv = Math.max(0, Math.min(1, v - floorV));
        if (strands !== 0 && bilinear(strands, cell, beside, below, fu, fv) <= level) continue;
        store<f32>(depth + at, <f32>z);
        store<f32>(colour + at, <f32>(bilinear(texture, cell, beside, below, fu, fv) * d + g));
      }
    }
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function bilinear(texture: usize, cell: usize, beside: usize, below: usize, fu: f64, fv: f64): f64 {
  const a = <f64>load<f32>(texture + cell);
  const b = <f64>load<f32>(texture + beside);
  const c = <f64>load<f32>(texture + cell + below);
  const d = <f64>load<f32>(texture + beside + below);
  const upper = a + (b - a) * fu;
  const lower = c + (d - c) * fu;
  return upper + (lower - upper) * fv;
}

// Means of squares of `factor` by `factor` samples, times `gain`.
export function boxFilter(samples: usize, width: i32, height: i32, factor: i32, gain: f64, pixels: usize): void {
  const share = gain / <f64>(factor * factor);
  const stride = <usize>(width * factor) << 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum: f64 = 0;
      const corner = samples + <usize>(y * factor) * stride + (<usize>(x * factor) << 2);
      for (let j = 0; j < factor; j++) {
        for (let i = 0; i < factor; i++) sum += <f64>load<f32>(corner + <usize>j * stride + (<usize>i << 2));
      }
      store<f32>(pixels + (<usize>(y * width + x) << 2), <f32>(sum * share));
    }
  }
}
