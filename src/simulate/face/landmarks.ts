/**
 * The 68 landmarks of iBUG 300-W (Sagonas et al. 2013) as vertices of the rig.
 * @module
 */
import { headRig } from "./rig.js";

/** Vertices of the person's left half; the right one is mirrored. Chosen on the rig at rest, see `scripts/face-rig/`. */
const left = {
  /** From beside the ear to the chin. */
  jaw: [4237, 4203, 3248, 3064, 3034, 3856, 3205, 3365, 1886],
  /** From the nose outwards. */
  brow: [2555, 2559, 3928, 3924, 4004],
  /** Bridge downwards, the last one the tip. */
  nose: [151, 1735, 297, 354],
  /** Below the tip, then outwards. */
  nostril: [331, 2661, 2625],
  /** Inner corner, upper lid outwards, outer corner, lower lid inwards. */
  eye: [3391, 2381, 2336, 2423, 2363, 3426],
  /** Corner, upper edge inwards, middle above, middle below, lower edge outwards. */
  lips: [2852, 2796, 2779, 398, 714, 2838, 2698],
  innerLips: [2858, 2815, 521, 684, 2830],
} as const;

let chosen: Uint16Array | undefined;

/** The vertex of each landmark, in iBUG's order: from the left of the picture to its right. */
export function landmarkVertices(): Uint16Array {
  chosen ??= Uint16Array.from(order(headRig().mirror));
  return chosen;
}

function order(mirror: Uint16Array): number[] {
  const right = (vertices: readonly number[]): number[] => vertices.map((vertex) => mirror[vertex]!);
  const { jaw, brow, nose, nostril, eye, lips, innerLips } = left;
  const [corner, upper, nearUpper, top, bottom, nearLower, lower] = lips;
  const [inner, innerUpper, innerTop, innerBottom, innerLower] = innerLips;
  return [
    ...right(jaw.slice(0, 8)), ...[...jaw].reverse(),
    ...right([...brow].reverse()), ...brow,
    ...nose, ...right([nostril[2], nostril[1]]), ...nostril,
    ...right([eye[3], eye[2], eye[1], eye[0], eye[5], eye[4]]), ...eye,
    ...right([corner, upper, nearUpper]), top, nearUpper, upper, corner, lower, nearLower, bottom, ...right([nearLower, lower]),
    ...right([inner, innerUpper]), innerTop, innerUpper, inner, innerLower, innerBottom, ...right([innerLower]),
  ];
}
