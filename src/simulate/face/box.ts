/**
 * The square that a face detector would draw.
 * @module
 */

/** Pixels; x and y of the top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A square about the 68 landmarks, as wide as OpenCV's frontal detector draws it: it reaches from the middle of the
 * forehead to the chin.
 */
export function facialBox(landmarks: Float32Array): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < landmarks.length; i += 2) {
    left = Math.min(left, landmarks[i]!);
    right = Math.max(right, landmarks[i]!);
    top = Math.min(top, landmarks[i + 1]!);
    bottom = Math.max(bottom, landmarks[i + 1]!);
  }
  const side = Math.max(right - left, 1.22 * (bottom - top));
  return { x: (left + right - side) / 2, y: bottom - side, width: side, height: side };
}
