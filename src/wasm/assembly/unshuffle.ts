// Values whose bytes of equal significance lie together, back as they were: src/codecs/hdf5/filters.ts has it in readable
// form. Eight planes of 16 values are taken at once.
export function unshuffle(from: usize, to: usize, count: usize, size: usize): void {
  let part: usize = 0;
  for (; part + 8 <= size; part += 8) {
    let plane = from + part * count;
    let out = to + part;
    let i: usize = 0;
    for (; i + 16 <= count; i += 16, plane += 16) {
      const a = v128.load(plane);
      const b = v128.load(plane + count);
      const c = v128.load(plane + 2 * count);
      const d = v128.load(plane + 3 * count);
      const e = v128.load(plane + 4 * count);
      const f = v128.load(plane + 5 * count);
      const g = v128.load(plane + 6 * count);
      const h = v128.load(plane + 7 * count);
      out = eight(out, size, low8(a, b), low8(c, d), low8(e, f), low8(g, h));
      out = eight(out, size, high8(a, b), high8(c, d), high8(e, f), high8(g, h));
    }
    for (; i < count; i++, plane++, out += size) {
      for (let k: usize = 0; k < 8; k++) store<u8>(out + k, load<u8>(plane + k * count));
    }
  }
  for (; part < size; part++) {
    const plane = from + part * count;
    for (let i: usize = 0, out = to + part; i < count; i++, out += size) store<u8>(out, load<u8>(plane + i));
  }
}

// Eight values of eight bytes each, from pairs of their bytes.
// @ts-ignore: decorator
@inline
function eight(out: usize, size: usize, ab: v128, cd: v128, ef: v128, gh: v128): usize {
  out = four(out, size, v128.shuffle<i16>(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11), v128.shuffle<i16>(ef, gh, 0, 8, 1, 9, 2, 10, 3, 11));
  return four(out, size, v128.shuffle<i16>(ab, cd, 4, 12, 5, 13, 6, 14, 7, 15), v128.shuffle<i16>(ef, gh, 4, 12, 5, 13, 6, 14, 7, 15));
}

// @ts-ignore: decorator
@inline
function four(out: usize, size: usize, low: v128, high: v128): usize {
  const first = v128.shuffle<i32>(low, high, 0, 4, 1, 5);
  const second = v128.shuffle<i32>(low, high, 2, 6, 3, 7);
  v128.store64_lane(out, first, 0);
  v128.store64_lane(out + size, first, 1);
  v128.store64_lane(out + 2 * size, second, 0);
  v128.store64_lane(out + 3 * size, second, 1);
  return out + 4 * size;
}

// @ts-ignore: decorator
@inline
function low8(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function high8(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
