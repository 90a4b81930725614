/** The index at the end of an AEDAT4 file: where each packet is, and from when to when it reaches. */
import type { ByteSource } from "../bytes/index.js";
import type { SensorWindow } from "../events/time.js";
import { startsWith, type Header } from "./aedat4.header.js";
import { checked, largestPacket, type PacketPlace, type PacketReader } from "./aedat4.packets.js";
import { BrokenBuffer, FlatTable } from "./flatbuffer.js";

/**
 * The packets that hold a part of the window, in the order of the file. `undefined` where the file has no index, or one
 * that does not fit to it: then all packets are to be read.
 */
export async function packetPlaces(
  source: ByteSource,
  { start, end }: Header,
  reader: PacketReader,
  { from, to }: SensorWindow,
): Promise<PacketPlace[] | undefined> {
  const { size } = source;
  if (end === undefined || size === undefined || end >= size || size - end > largestPacket) return undefined;
  const index = await reader.unpacked(end, size - end);
  if (typeof index === "string" || !startsWith(index.subarray(8), "FTAB")) return undefined;
  const places = checked(() => {
    const found: PacketPlace[] = [];
    for (const entry of FlatTable.root(index.subarray(4)).tables(0)) {
      // The byte offset is that of the content, behind the head of 8 bytes.
      const position = Number(entry.i64(0, 0n)) - 8;
      const packet = { position, size: entry.structI32(1, 4) };
      if (position < start || packet.size < 0 || position + 8 + packet.size > end) return undefined;
      if (entry.i64(3, 0n) < to && entry.i64(4, 0n) >= from) found.push(packet);
    }
    return found;
  });
  if (places === undefined || places instanceof BrokenBuffer) return undefined;
  return places.sort((a, b) => a.position - b.position);
}
