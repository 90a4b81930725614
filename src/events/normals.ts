/**
 * Normal numbers from uniform ones, by Box and Muller.
 * @module
 */

/** A stream with mean 0 and standard deviation 1. Two numbers from 0 up to 1 of `uniform` make two of its own. */
export function normals(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
