/**
 * The environment of a process that will hold large tables.
 *
 * A table of 20 million events is 260 MB of fresh memory, and to get it in pages of 4 KiB takes longer than to decode
 * the events (measured: 131 ms, with huge pages 26 ms). glibc asks for huge pages when this is set as the process
 * starts, and keeps up to 512 MiB of what was freed for the next table instead of giving it back and asking again;
 * other systems ignore it. So whoever starts a process of ours that works on recordings starts it with this.
 */
export function withHugePages(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = 512 << 20;
  const settings = `glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=${kept}:glibc.malloc.trim_threshold=${kept}`;
  const others = env["GLIBC_TUNABLES"];
  if (others?.includes("glibc.malloc.hugetlb=")) return { ...env };
  return { ...env, GLIBC_TUNABLES: others ? `${others}:${settings}` : settings };
}
