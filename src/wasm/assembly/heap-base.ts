// First byte behind the static data of the module: where the arena begins.
export function heapBase(): usize {
  return __heap_base;
}
