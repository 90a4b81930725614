// Arrays of NumPy and zip archives as their descriptions have them, made without the code under test.
import { crc32, deflateRawSync } from "node:zlib";

/** An array of format version 1; `descr` and `shape` are written as Python would. */
export function npy(descr: string, shape: string, data: Uint8Array): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, "latin1"), data]);
}

/** An archive of files; `lies` replaces the packed bytes and the stated size of some. */
export function zip(files: Readonly<Record<string, Uint8Array>>, deflate = false, lies: Readonly<Record<string, { packed: Uint8Array; size: number }>> = {}): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let position = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const lie = lies[name];
    const packed = lie?.packed ?? (deflate ? deflateRawSync(bytes) : bytes);
    const size = lie?.size ?? bytes.length;
    const big = size > 0xffffffff;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(lie || deflate ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(big ? 0xffffffff : size, 18);
    fields.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name, "latin1"), Buffer.from(packed));
    const extra = Buffer.alloc(big ? 12 : 0);
    if (big) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(size), 4);
    }
    const central = Buffer.alloc(46);
    central.write("PK\x01\x02", 0, "latin1");
    central.writeUInt16LE(20, 4);
    fields.copy(central, 6);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(position, 42);
    list.push(central, Buffer.from(name, "latin1"), extra);
    position += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, directory, end]);
}
