// LZ4 blocks: see src/codecs/lz4.ts, where the definition and the frames are.
const BROKEN: i32 = -1;
const NO_ROOM: i32 = -2;

/**
 * Unpacks a block of `size` bytes behind `at`; it may refer to what stands from `base` on. Returns the new end,
 * BROKEN, or NO_ROOM when it would pass `limit`. Up to 64 bytes behind `limit` are written over.
 */
export function unpackLz4Block(from: usize, size: usize, base: usize, at: usize, limit: usize): i32 {
  let i = from;
  const end = from + size;
  while (i < end) {
    const token = <usize>load<u8>(i++);
    let literals = token >> 4;
    let offset: usize;
    if (literals < 15 && i + 17 <= end && at + 16 <= limit) {
      // Neither the literals nor the offset behind them can pass the end.
      v128.store(at, v128.load(i));
    } else {
      if (literals == 15) {
        let more: usize;
        do {
          if (i >= end) return BROKEN;
          more = <usize>load<u8>(i++);
          literals += more;
        } while (more == 255);
      }
      if (i + literals > end) return BROKEN;
      if (at + literals > limit) return NO_ROOM;
      memory.copy(at, i, literals);
      if (i + literals == end) return <i32>(at + literals);
      if (i + literals + 2 > end) return BROKEN;
    }
    i += literals;
    at += literals;
    offset = <usize>load<u16>(i);
    i += 2;
    // Also true for offset 0.
    if (offset - 1 >= at - base) return BROKEN;
    let match = (token & 15) + 4;
    if (match == 19) {
      let more: usize;
      do {
        if (i >= end) return BROKEN;
        more = <usize>load<u8>(i++);
        match += more;
      } while (more == 255);
    }
    if (at + match > limit) return NO_ROOM;
    let source = at - offset;
    const stop = at + match;
    if (offset >= 16) {
      do {
        v128.store(at, v128.load(source));
        at += 16;
        source += 16;
      } while (at < stop);
    } else if (offset == 1) {
      memory.fill(at, load<u8>(source), match);
    } else {
      // The pattern repeats: copied once, it can be copied from twice as far.
      while (at - source < 16 && at < stop) {
        const piece = at - source;
        for (let k: usize = 0; k < piece; k++) store<u8>(at + k, load<u8>(source + k));
        at += piece;
      }
      for (; at < stop; at += 16, source += 16) v128.store(at, v128.load(source));
    }
    at = stop;
  }
  return BROKEN;
}

const HASH_BITS = 13;

// @ts-ignore: decorator
@inline
function slot(table: usize, at: usize): usize {
  return table + (((load<u32>(at) * 2654435761) >>> (32 - HASH_BITS)) << 2);
}

/**
 * Packs `size` bytes into a block, greedily, and returns its length. `out` needs room for size + size / 255 + 32 bytes,
 * `table` for 4 times 2^13.
 */
export function packLz4Block(from: usize, size: usize, out: usize, table: usize): i32 {
  const start = out;
  const end = from + size;
  let anchor = from;
  memory.fill(table, 0, 4 << HASH_BITS);
  if (size > 12) {
    // The format asks for it: the last match begins 12 bytes before the end or earlier, and ends 5 before.
    const lastMatch = end - 12;
    const lastByte = end - 5;
    let at = from;
    while (at <= lastMatch) {
      const found = slot(table, at);
      // An empty slot is 0, which no input begins at.
      const source = <usize>load<u32>(found);
      store<u32>(found, <u32>at);
      if (source < from || at - source > 0xffff || load<u32>(source) != load<u32>(at)) {
        // The longer nothing is found, the larger the steps.
        at += 1 + ((at - anchor) >> 6);
        continue;
      }
      let length: usize = 4;
      while (at + length + 8 <= lastByte && load<u64>(source + length) == load<u64>(at + length)) length += 8;
      while (at + length < lastByte && load<u8>(source + length) == load<u8>(at + length)) length++;
      out = sequence(out, anchor, at - anchor, length - 4);
      store<u16>(out, <u16>(at - source));
      out = lengthBytes(out + 2, length - 4);
      at += length;
      anchor = at;
      if (at <= lastMatch) store<u32>(slot(table, at - 2), <u32>(at - 2));
    }
  }
  return <i32>(sequence(out, anchor, end - anchor, 0) - start);
}

// The token and the literals.
function sequence(out: usize, literals: usize, count: usize, match: usize): usize {
  store<u8>(out, <u8>((min<usize>(count, 15) << 4) | min<usize>(match, 15)));
  out = lengthBytes(out + 1, count);
  memory.copy(out, literals, count);
  return out + count;
}

// What of a length does not fit into four bits.
function lengthBytes(out: usize, length: usize): usize {
  if (length < 15) return out;
  for (length -= 15; length >= 255; length -= 255) store<u8>(out++, 255);
  store<u8>(out, <u8>length);
  return out + 1;
}
