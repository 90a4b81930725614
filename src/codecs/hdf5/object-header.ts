/**
 * The messages in the header of an object, of versions 1 and 2, with its continuations. No block is visited twice.
 * @module
 */
import type { AddressedBytes } from "./addressed.js";
import { BrokenHdf5, messageType, Reader, type Message } from "./header.js";

const mostMessages = 1 << 12;

/** All messages of an object, those in continuations included. */
export async function readMessages(file: AddressedBytes, address: number): Promise<Message[]> {
  const start = await file.read(address, 16);
  if (Buffer.from(start.subarray(0, 4)).toString("latin1") === "OHDR") return messages2(file, address);
  const reader = new Reader(start);
  if (reader.u8() !== 1) throw new BrokenHdf5(`no object header at ${address}`);
  reader.skip(7);
  const messages: Message[] = [];
  const blocks = [{ address: address + 16, size: reader.u32() }];
  for (let i = 0; i < blocks.length; i++) {
    const block = new Reader(await blockBytes(file, blocks, i));
    while (block.at + 8 <= block.bytes.length) {
      const type = block.u16();
      const size = block.u16();
      block.skip(4);
      takeMessage(messages, blocks, { type, bytes: block.take(size), position: blocks[i].address });
    }
  }
  return messages;
}

async function messages2(file: AddressedBytes, address: number): Promise<Message[]> {
  const head = new Reader(await file.read(address, 36).catch(() => file.read(address, 16)), 5);
  const flags = head.u8();
  if (flags & 0x20) head.skip(16);
  if (flags & 0x10) head.skip(4);
  const size = head.unsigned(1 << (flags & 3));
  const messages: Message[] = [];
  const blocks = [{ address: address + head.at, size }];
  for (let i = 0; i < blocks.length; i++) {
    const bytes = await blockBytes(file, blocks, i);
    const block = new Reader(i === 0 ? bytes : bytes.subarray(4, -4));
    while (block.at + 4 <= block.bytes.length) {
      const type = block.u8();
      const length = block.u16();
      block.skip(flags & 4 ? 3 : 1);
      takeMessage(messages, blocks, { type, bytes: block.take(length), position: blocks[i].address });
    }
  }
  return messages;
}

async function blockBytes(file: AddressedBytes, blocks: readonly { address: number; size: number }[], i: number): Promise<Uint8Array> {
  const { address, size } = blocks[i];
  if (blocks.findIndex((block) => block.address === address) < i) throw new BrokenHdf5(`an object header that comes back to ${address}`);
  if (size > 1 << 24) throw new BrokenHdf5(`an object header of ${size} bytes`);
  return file.read(address, size);
}

function takeMessage(messages: Message[], blocks: { address: number; size: number }[], message: Message): void {
  if (messages.length + blocks.length > mostMessages) throw new BrokenHdf5(`an object header of more than ${mostMessages} messages`);
  if (message.type !== messageType.continuation) messages.push(message);
  else {
    const reader = new Reader(message.bytes);
    blocks.push({ address: reader.u64(), size: reader.u64() });
  }
}
