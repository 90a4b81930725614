/**
 * The environment of a process that will hold large tables.
 *
 * A table of 20 million events is 260 MB of fresh memory, and to get it in pages of 4 KiB takes longer than to decode
 * the events (measured: 131 ms, with huge pages 26 ms). glibc asks for huge pages when this is set as the process
 * starts; other systems ignore it. So whoever starts a process of ours that works on recordings starts it with this.
 */
export function withHugePages(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const setting = "glibc.malloc.hugetlb=1";
  const others = env["GLIBC_TUNABLES"];
  if (others?.includes("glibc.malloc.hugetlb=")) return { ...env };
  return { ...env, GLIBC_TUNABLES: others ? `${others}:${setting}` : setting };
}
