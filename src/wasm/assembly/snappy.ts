// Snappy blocks, as Parquet packs its pages: "Snappy compressed format description".

/**
 * Unpacks a block of `size` bytes at `from` to `out`, exactly `expected` bytes; false when it is broken. Up to 16 bytes behind
 * both are touched.
 */
export function unpackSnappy(from: usize, size: usize, out: usize, expected: u32): bool {
  const end = from + size;
  const stop = out + <usize>expected;
  let i = from;
  let length: u64 = 0;
  let shift: u64 = 0;
  let byte: u64;
  do {
    if (i >= end || shift > 28) return false;
    byte = <u64>load<u8>(i++);
    length |= (byte & 127) << shift;
    shift += 7;
  } while (byte & 128);
  if (length != <u64>expected) return false;
  let at = out;
  while (i < end) {
    const tag = <u32>load<u8>(i++);
    if ((tag & 3) == 0) {
      let literals = <usize>(tag >> 2);
      if (literals >= 60) {
        const bytes = literals - 59;
        if (i + bytes > end) return false;
        literals = <usize>(load<u32>(i) & <u32>(((<u64>1) << (bytes << 3)) - 1));
        i += bytes;
      }
      literals++;
      // As differences: a length of nearly 4 GiB would pass the end of the address space.
      if (literals > end - i || literals > stop - at) return false;
      if (literals <= 16) v128.store(at, v128.load(i));
      else memory.copy(at, i, literals);
      i += literals;
      at += literals;
      continue;
    }
    const bytes: usize = (tag & 3) == 3 ? 4 : <usize>(tag & 3);
    if (bytes > end - i) return false;
    let copied = <usize>(tag >> 2) + 1;
    let offset: usize;
    if (bytes == 1) {
      copied = <usize>((tag >> 2) & 7) + 4;
      offset = (<usize>(tag >> 5) << 8) | <usize>load<u8>(i);
    } else offset = bytes == 2 ? <usize>load<u16>(i) : <usize>load<u32>(i);
    i += bytes;
    // Also true for offset 0.
    if (offset - 1 >= at - out || copied > stop - at) return false;
    const source = at - offset;
    if (offset >= 16) for (let k: usize = 0; k < copied; k += 16) v128.store(at + k, v128.load(source + k));
    else for (let k: usize = 0; k < copied; k++) store<u8>(at + k, load<u8>(source + k));
    at += copied;
  }
  return at == stop;
}
