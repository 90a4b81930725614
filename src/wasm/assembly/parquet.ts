// Pages of Parquet: see src/codecs/parquet.pages.ts.

// Looks up `count` values of 1 << sizeShift bytes in a dictionary, by numbers of `width` bits in runs: either one number
// many times, or numbers in groups of eight. The dictionary has room for 2^width values, of which `entries` are set. False
// when a number has no value or the runs end too early. Reads up to eight bytes behind `end`.
export function lookUpRuns(from: usize, end: usize, width: u32, dictionary: usize, entries: u32, sizeShift: i32, count: i32, out: usize): bool {
  if (sizeShift == 0) return lookUp<u8>(from, end, width, dictionary, entries, count, out);
  if (sizeShift == 1) return lookUp<u16>(from, end, width, dictionary, entries, count, out);
  if (sizeShift == 2) return lookUp<u32>(from, end, width, dictionary, entries, count, out);
  return lookUp<u64>(from, end, width, dictionary, entries, count, out);
}

// @ts-ignore: decorator
@inline
function lookUp<T>(from: usize, end: usize, width: u32, dictionary: usize, entries: u32, count: i32, out: usize): bool {
  const mask: u64 = ((<u64>1) << width) - 1;
  const numberBytes = <usize>((width + 7) >> 3);
  const stop = out + (<usize>count << alignof<T>());
  let at = from;
  let largest: u32 = 0;
  while (out < stop) {
    let header: u32 = 0;
    let shift: u32 = 0;
    let byte: u32;
    do {
      if (at >= end || shift > 28) return false;
      byte = <u32>load<u8>(at++);
      header |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    const left = <u32>((stop - out) >> alignof<T>());
    if (header & 1) {
      const packed = <u64>(header >> 1) * width;
      if (packed > <u64>(end - at)) return false;
      const values = <u32>min<u64>(left, <u64>(header >> 1) << 3);
      let bit: u32 = 0;
      for (let i: u32 = 0; i < values; i++, bit += width) {
        const number = <u32>((load<u64>(at + (bit >> 3)) >> (bit & 7)) & mask);
        largest = max<u32>(largest, number);
        store<T>(out, load<T>(dictionary + (<usize>number << alignof<T>())));
        out += sizeof<T>();
      }
      at += <usize>packed;
    } else {
      if (at + numberBytes > end) return false;
      const number = load<u32>(at) & <u32>(((<u64>1) << (numberBytes << 3)) - 1);
      at += numberBytes;
      if (number >= entries) return false;
      const value = load<T>(dictionary + (<usize>number << alignof<T>()));
      for (const runEnd = out + (<usize>min<u32>(left, header >> 1) << alignof<T>()); out < runEnd; out += sizeof<T>()) store<T>(out, value);
    }
  }
  return largest < entries;
}

// Whole numbers of 32 bits to 1 << sizeShift bytes each; false when one does not fit.
export function narrow(from: usize, count: i32, sizeShift: i32, out: usize): bool {
  const end = from + (<usize>count << 2);
  let all: u32 = 0;
  for (; from < end; from += 4, out += <usize>1 << sizeShift) {
    const value = load<u32>(from);
    all |= value;
    if (sizeShift == 0) store<u8>(out, value);
    else store<u16>(out, value);
  }
  return all >> (8 << sizeShift) == 0;
}
