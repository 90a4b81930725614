// Convolution with a filter of 4 × 4 and stride 2 in 9/16 of the products (Winograd's F(2 × 2, 2 × 2): Lavin and Gray,
// arXiv:1509.09308). Rows and columns each fall into even and odd ones, whose four images of 4·C channels are convolved
// with 2 × 2 taps. A tile is 2 × 2 pixels of the result, from 3 × 3 of those images. Along one axis
//   m0 = (d0 − d1)·g0,  m1 = d1·(g0 + g1),  m2 = (d2 − d1)·g1,  y0 = m0 + m1,  y1 = m1 + m2:
// only sums, so that little is lost. Planes are the nine (row, column) of m; a chunk is some rows of tiles of all images.

/** The 3 × 3 pixels under each tile into the planes [9][tiles][even or odd row, even or odd column][channels]. `source` has its zeros around. */
export function inputTiles(source: usize, imageBytes: usize, rowBytes: usize, channels: i32, tilesDown: i32, tilesAcross: i32, first: i32, count: i32, planes: usize, planeBytes: usize): void {
  const pixel = <usize>channels << 2;
  const across = 2 * pixel;
  const down = 2 * rowBytes;
  let out = planes;
  for (let t = first; t < first + count; t++) {
    const line = source + <usize>(t / tilesDown) * imageBytes + <usize>(t % tilesDown) * 4 * rowBytes;
    for (let j = 0; j < tilesAcross; j++) {
      for (let phase = 0; phase < 4; phase++) {
        const at0 = line + <usize>(phase >> 1) * rowBytes + <usize>(4 * j + (phase & 1)) * pixel;
        let c = 0;
        for (; c + 4 <= channels; c += 4) {
          const p0 = at0 + (<usize>c << 2), p1 = p0 + down, p2 = p1 + down;
          const b0 = v128.load(p1), b1 = v128.load(p1 + across), b2 = v128.load(p1 + 2 * across);
          let r0 = f32x4.sub(v128.load(p0), b0), r1 = f32x4.sub(v128.load(p0 + across), b1), r2 = f32x4.sub(v128.load(p0 + 2 * across), b2);
          let o = out;
          v128.store(o, f32x4.sub(r0, r1)); o += planeBytes;
          v128.store(o, r1); o += planeBytes;
          v128.store(o, f32x4.sub(r2, r1)); o += planeBytes;
          v128.store(o, f32x4.sub(b0, b1)); o += planeBytes;
          v128.store(o, b1); o += planeBytes;
          v128.store(o, f32x4.sub(b2, b1)); o += planeBytes;
          r0 = f32x4.sub(v128.load(p2), b0); r1 = f32x4.sub(v128.load(p2 + across), b1); r2 = f32x4.sub(v128.load(p2 + 2 * across), b2);
          v128.store(o, f32x4.sub(r0, r1)); o += planeBytes;
          v128.store(o, r1); o += planeBytes;
          v128.store(o, f32x4.sub(r2, r1));
          out += 16;
        }
        for (; c < channels; c++) {
          const p0 = at0 + (<usize>c << 2), p1 = p0 + down, p2 = p1 + down;
          const b0 = load<f32>(p1), b1 = load<f32>(p1 + across), b2 = load<f32>(p1 + 2 * across);
          let r0 = load<f32>(p0) - b0, r1 = load<f32>(p0 + across) - b1, r2 = load<f32>(p0 + 2 * across) - b2;
          let o = out;
          store<f32>(o, r0 - r1); o += planeBytes;
          store<f32>(o, r1); o += planeBytes;
          store<f32>(o, r2 - r1); o += planeBytes;
          store<f32>(o, b0 - b1); o += planeBytes;
          store<f32>(o, b1); o += planeBytes;
          store<f32>(o, b2 - b1); o += planeBytes;
          r0 = load<f32>(p2) - b0; r1 = load<f32>(p2 + across) - b1; r2 = load<f32>(p2 + 2 * across) - b2;
          store<f32>(o, r0 - r1); o += planeBytes;
          store<f32>(o, r1); o += planeBytes;
          store<f32>(o, r2 - r1);
          out += 4;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addTo(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

// @ts-ignore: decorator
@inline
function addOne(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}

/** The transpose of that: adds what the planes hold to the 3 × 3 pixels under each tile. */
export function addInputTiles(planes: usize, planeBytes: usize, channels: i32, tilesDown: i32, tilesAcross: i32, first: i32, count: i32, target: usize, imageBytes: usize, rowBytes: usize): void {
  const pixel = <usize>channels << 2;
  const across = 2 * pixel;
  const down = 2 * rowBytes;
  let from = planes;
  for (let t = first; t < first + count; t++) {
    const line = target + <usize>(t / tilesDown) * imageBytes + <usize>(t % tilesDown) * 4 * rowBytes;
    for (let j = 0; j < tilesAcross; j++) {
      for (let phase = 0; phase < 4; phase++) {
        const at0 = line + <usize>(phase >> 1) * rowBytes + <usize>(4 * j + (phase & 1)) * pixel;
        let c = 0;
        for (; c + 4 <= channels; c += 4) {
          const p0 = at0 + (<usize>c << 2), p1 = p0 + down, p2 = p1 + down;
          let o = from;
          const a0 = v128.load(o); o += planeBytes;
          const a1 = v128.load(o); o += planeBytes;
          const a2 = v128.load(o); o += planeBytes;
          const b0 = v128.load(o); o += planeBytes;
          const b1 = v128.load(o); o += planeBytes;
          const b2 = v128.load(o); o += planeBytes;
          const c0 = v128.load(o); o += planeBytes;
          const c1 = v128.load(o); o += planeBytes;
          const c2 = v128.load(o);
          const m0 = f32x4.sub(f32x4.sub(b0, a0), c0), m1 = f32x4.sub(f32x4.sub(b1, a1), c1), m2 = f32x4.sub(f32x4.sub(b2, a2), c2);
          addTo(p0, a0); addTo(p0 + across, f32x4.sub(f32x4.sub(a1, a0), a2)); addTo(p0 + 2 * across, a2);
          addTo(p1, m0); addTo(p1 + across, f32x4.sub(f32x4.sub(m1, m0), m2)); addTo(p1 + 2 * across, m2);
          addTo(p2, c0); addTo(p2 + across, f32x4.sub(f32x4.sub(c1, c0), c2)); addTo(p2 + 2 * across, c2);
          from += 16;
        }
        for (; c < channels; c++) {
          const p0 = at0 + (<usize>c << 2), p1 = p0 + down, p2 = p1 + down;
          let o = from;
          const a0 = load<f32>(o); o += planeBytes;
          const a1 = load<f32>(o); o += planeBytes;
          const a2 = load<f32>(o); o += planeBytes;
          const b0 = load<f32>(o); o += planeBytes;
          const b1 = load<f32>(o); o += planeBytes;
          const b2 = load<f32>(o); o += planeBytes;
          const c0 = load<f32>(o); o += planeBytes;
          const c1 = load<f32>(o); o += planeBytes;
          const c2 = load<f32>(o);
          const m0 = b0 - a0 - c0, m1 = b1 - a1 - c1, m2 = b2 - a2 - c2;
          addOne(p0, a0); addOne(p0 + across, a1 - a0 - a2); addOne(p0 + 2 * across, a2);
          addOne(p1, m0); addOne(p1 + across, m1 - m0 - m2); addOne(p1 + 2 * across, m2);
          addOne(p2, c0); addOne(p2 + across, c1 - c0 - c2); addOne(p2 + 2 * across, c2);
          from += 4;
        }
      }
    }
  }
}

/** A filter [4, 4, tap], a tap being channels · outputs, into the planes [9][even or odd row, even or odd column][tap]. */
export function filterTiles(filter: usize, tap: i32, planes: usize): void {
  const bytes = <usize>tap << 2;
  const plane = 4 * bytes;
  for (let phase = 0; phase < 4; phase++) {
    let p00 = filter + <usize>(4 * (phase >> 1) + (phase & 1)) * bytes;
    let out = planes + <usize>phase * bytes;
    for (let k = 0; k < tap; k++) {
      const g00 = load<f32>(p00), g01 = load<f32>(p00 + 2 * bytes), g10 = load<f32>(p00 + 8 * bytes), g11 = load<f32>(p00 + 10 * bytes);
      const s0 = g00 + g10, s1 = g01 + g11;
      store<f32>(out, g00); store<f32>(out + plane, g00 + g01); store<f32>(out + 2 * plane, g01);
      store<f32>(out + 3 * plane, s0); store<f32>(out + 4 * plane, s0 + s1); store<f32>(out + 5 * plane, s1);
      store<f32>(out + 6 * plane, g10); store<f32>(out + 7 * plane, g10 + g11); store<f32>(out + 8 * plane, g11);
      p00 += 4;
      out += 4;
    }
  }
}

/** The transpose of that. */
export function filterOfTiles(planes: usize, tap: i32, filter: usize): void {
  const bytes = <usize>tap << 2;
  const plane = 4 * bytes;
  for (let phase = 0; phase < 4; phase++) {
    let p00 = filter + <usize>(4 * (phase >> 1) + (phase & 1)) * bytes;
    let from = planes + <usize>phase * bytes;
    for (let k = 0; k < tap; k++) {
      const a0 = load<f32>(from), a1 = load<f32>(from + plane), a2 = load<f32>(from + 2 * plane);
      const b0 = load<f32>(from + 3 * plane), b1 = load<f32>(from + 4 * plane), b2 = load<f32>(from + 5 * plane);
      const c0 = load<f32>(from + 6 * plane), c1 = load<f32>(from + 7 * plane), c2 = load<f32>(from + 8 * plane);
      const u0 = a0 + b0, u1 = a1 + b1, u2 = a2 + b2, v0 = b0 + c0, v1 = b1 + c1, v2 = b2 + c2;
      store<f32>(p00, u0 + u1);
      store<f32>(p00 + 2 * bytes, u1 + u2);
      store<f32>(p00 + 8 * bytes, v0 + v1);
      store<f32>(p00 + 10 * bytes, v1 + v2);
      p00 += 4;
      from += 4;
    }
  }
}

/** The planes [9][tiles][outputs] into the 2 × 2 pixels of each tile of the result, where it has them. */
export function outputOfTiles(planes: usize, planeBytes: usize, outputs: i32, tilesDown: i32, tilesAcross: i32, first: i32, count: i32, target: usize, height: i32, width: i32): void {
  const pixel = <usize>outputs << 2;
  let from = planes;
  for (let t = first; t < first + count; t++) {
    const i = 2 * (t % tilesDown);
    const line = target + <usize>((t / tilesDown) * height + i) * <usize>width * pixel;
    const below: usize = i + 1 < height ? <usize>width * pixel : 0;
    for (let j = 0; j < tilesAcross; j++) {
      // What the result has no pixel for is written first, where another value then goes.
      const right: usize = 2 * j + 1 < width ? pixel : 0;
      const to = line + <usize>(2 * j) * pixel;
      let k: usize = 0;
      for (; k + 16 <= pixel; k += 16) {
        let o = from + k;
        const a0 = v128.load(o); o += planeBytes;
        const a1 = v128.load(o); o += planeBytes;
        const a2 = v128.load(o); o += planeBytes;
        const b0 = v128.load(o); o += planeBytes;
        const b1 = v128.load(o); o += planeBytes;
        const b2 = v128.load(o); o += planeBytes;
        const c0 = v128.load(o); o += planeBytes;
        const c1 = v128.load(o); o += planeBytes;
        const c2 = v128.load(o);
        const u0 = f32x4.add(a0, b0), u1 = f32x4.add(a1, b1), u2 = f32x4.add(a2, b2);
        const v0 = f32x4.add(b0, c0), v1 = f32x4.add(b1, c1), v2 = f32x4.add(b2, c2);
        v128.store(to + below + right + k, f32x4.add(v1, v2));
        v128.store(to + below + k, f32x4.add(v0, v1));
        v128.store(to + right + k, f32x4.add(u1, u2));
        v128.store(to + k, f32x4.add(u0, u1));
      }
      for (; k < pixel; k += 4) {
        let o = from + k;
        const a0 = load<f32>(o); o += planeBytes;
        const a1 = load<f32>(o); o += planeBytes;
        const a2 = load<f32>(o); o += planeBytes;
        const b0 = load<f32>(o); o += planeBytes;
        const b1 = load<f32>(o); o += planeBytes;
        const b2 = load<f32>(o); o += planeBytes;
        const c0 = load<f32>(o); o += planeBytes;
        const c1 = load<f32>(o); o += planeBytes;
        const c2 = load<f32>(o);
        const u0 = a0 + b0, u1 = a1 + b1, u2 = a2 + b2, v0 = b0 + c0, v1 = b1 + c1, v2 = b2 + c2;
        store<f32>(to + below + right + k, v1 + v2);
        store<f32>(to + below + k, v0 + v1);
        store<f32>(to + right + k, u1 + u2);
        store<f32>(to + k, u0 + u1);
      }
      from += pixel;
    }
  }
}

/** The transpose of that: the 2 × 2 pixels of each tile, zero where there are none, into the planes [9][tiles][outputs]. */
export function outputTiles(source: usize, height: i32, width: i32, outputs: i32, tilesDown: i32, tilesAcross: i32, first: i32, count: i32, planes: usize, planeBytes: usize): void {
  const pixel = <usize>outputs << 2;
  let out = planes;
  for (let t = first; t < first + count; t++) {
    const i = 2 * (t % tilesDown);
    const line = source + <usize>((t / tilesDown) * height + i) * <usize>width * pixel;
    const below: usize = i + 1 < height ? <usize>width * pixel : 0;
    const hasBelow: f32 = i + 1 < height ? 1 : 0;
    for (let j = 0; j < tilesAcross; j++) {
      const right: usize = 2 * j + 1 < width ? pixel : 0;
      const hasRight: f32 = 2 * j + 1 < width ? 1 : 0;
      const from = line + <usize>(2 * j) * pixel;
      const hr = f32x4.splat(hasRight), hb = f32x4.splat(hasBelow), hrb = f32x4.splat(hasRight * hasBelow);
      let k: usize = 0;
      for (; k + 16 <= pixel; k += 16) {
        const y00 = v128.load(from + k), y01 = f32x4.mul(v128.load(from + right + k), hr);
        const y10 = f32x4.mul(v128.load(from + below + k), hb), y11 = f32x4.mul(v128.load(from + below + right + k), hrb);
        const s0 = f32x4.add(y00, y10), s1 = f32x4.add(y01, y11);
        let o = out + k;
        v128.store(o, y00); o += planeBytes;
        v128.store(o, f32x4.add(y00, y01)); o += planeBytes;
        v128.store(o, y01); o += planeBytes;
        v128.store(o, s0); o += planeBytes;
        v128.store(o, f32x4.add(s0, s1)); o += planeBytes;
        v128.store(o, s1); o += planeBytes;
        v128.store(o, y10); o += planeBytes;
        v128.store(o, f32x4.add(y10, y11)); o += planeBytes;
        v128.store(o, y11);
      }
      for (; k < pixel; k += 4) {
        const y00 = load<f32>(from + k), y01 = load<f32>(from + right + k) * hasRight;
        const y10 = load<f32>(from + below + k) * hasBelow, y11 = load<f32>(from + below + right + k) * (hasRight * hasBelow);
        const s0 = y00 + y10, s1 = y01 + y11;
        let o = out + k;
        store<f32>(o, y00); o += planeBytes;
        store<f32>(o, y00 + y01); o += planeBytes;
        store<f32>(o, y01); o += planeBytes;
        store<f32>(o, s0); o += planeBytes;
        store<f32>(o, s0 + s1); o += planeBytes;
        store<f32>(o, s1); o += planeBytes;
        store<f32>(o, y10); o += planeBytes;
        store<f32>(o, y10 + y11); o += planeBytes;
        store<f32>(o, y11);
      }
      out += pixel;
    }
  }
}
