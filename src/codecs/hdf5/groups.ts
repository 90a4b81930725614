/**
 * Groups: symbol tables with their B-trees of version 1, and compact links. No node of a tree is visited twice.
 * @module
 */
import type { AddressedBytes } from "./addressed.js";
import { BrokenHdf5, messageType, parseLink, Reader, Unsupported } from "./header.js";
import { readMessages } from "./object-header.js";

/** Two hours of pictures, a name each. */
const mostLinks = 1 << 18;

/** The address of the object at a path; `undefined` where there is none. */
export async function findObject(file: AddressedBytes, root: number, path: string): Promise<number | undefined> {
  let address = root;
  for (const name of path.split("/").filter((part) => part !== "")) {
    const next = (await readLinks(file, address))?.get(name);
    if (next === undefined) return undefined;
    address = next;
  }
  return address;
}

/** Names and addresses in a group; `undefined` when the object is no group. */
export async function readLinks(file: AddressedBytes, address: number): Promise<Map<string, number> | undefined> {
  const messages = await readMessages(file, address);
  const links = new Map<string, number>();
  let isGroup = false;
  for (const { type, bytes } of messages) {
    if (type === messageType.symbolTable) {
      isGroup = true;
      const reader = new Reader(bytes);
      await readSymbols(file, reader.u64(), reader.u64(), links);
    } else if (type === messageType.link) {
      isGroup = true;
      const link = parseLink(bytes);
      if (link) links.set(link.name, link.address);
    } else if (type === messageType.linkInfo) {
      isGroup = true;
      const reader = new Reader(bytes, 1);
      if (reader.u8() & 1) reader.skip(8);
      if (reader.u64() >= 0) throw new Unsupported("a group whose links lie in a fractal heap");
    }
  }
  return isGroup ? links : undefined;
}

async function readSymbols(file: AddressedBytes, tree: number, heap: number, links: Map<string, number>): Promise<void> {
  const head = new Reader(await file.read(heap, 32));
  if (Buffer.from(head.take(4)).toString("latin1") !== "HEAP") throw new BrokenHdf5(`no heap of names at ${heap}`);
  head.skip(4);
  const size = head.u64();
  head.skip(8);
  if (size < 0 || size > 1 << 24) throw new BrokenHdf5(`a heap of names of ${size} bytes`);
  const names = await file.read(head.u64(), size);
  const visited = new Set<number>();
  const visit = async (address: number): Promise<void> => {
    if (visited.has(address)) throw new BrokenHdf5(`a tree of names that comes back to ${address}`);
    visited.add(address);
    const reader = new Reader(await file.read(address, 8));
    const kind = Buffer.from(reader.take(4)).toString("latin1");
    if (kind === "SNOD") {
      reader.skip(2);
      const count = reader.u16();
      const entries = new Reader(await file.read(address + 8, count * 40));
      for (let i = 0; i < count; i++) {
        const name = new Reader(names, entries.u64()).text();
        links.set(name, entries.u64());
        entries.skip(24);
        if (links.size > mostLinks) throw new BrokenHdf5(`a group of more than ${mostLinks} names`);
      }
    } else if (kind === "TREE" && reader.u8() === 0) {
      reader.skip(1);
      const count = reader.u16();
      const children = new Reader(await file.read(address + 24, count * 16 + 8));
      for (let i = 0; i < count; i++) {
        children.skip(8);
        await visit(children.u64());
      }
    } else throw new BrokenHdf5(`no tree of names at ${address}`);
  };
  await visit(tree);
}
