/** The background activity filter as it is defined: what the WebAssembly kernel is compared with. */
import type { SensorSize } from "../events/schema.js";
import { timeAt, timeWords } from "../events/time-words.js";
import type { SupportRule } from "./background-activity.js";
import type { Choose } from "./choose.js";

const around: readonly (readonly [dx: number, dy: number])[] = [
  [0, -1], [-1, 0], [1, 0], [0, 1],
  [-1, -1], [1, -1], [-1, 1], [1, 1],
];

export function chooseSupported({ within, neighbours, support, samePolarity }: SupportRule, { width, height }: SensorSize): Choose {
  const last = [new Float64Array(width * height).fill(-Infinity), new Float64Array(width * height).fill(-Infinity)];
  return ({ t, x, y, p }, indices) => {
    const words = timeWords(t);
    let count = 0;
    for (let i = 0; i < t.length; i++) {
      const time = timeAt(words, i);
      const times = last[samePolarity ? p[i]! : 0]!;
      let supporters = 0;
      for (const [dx, dy] of around.slice(0, neighbours)) {
        const column = x[i]! + dx;
        const row = y[i]! + dy;
        if (column < 0 || column >= width || row < 0 || row >= height) continue;
        if (time - times[row * width + column]! < within) supporters++;
      }
      if (supporters >= support) indices[count++] = i;
      times[y[i]! * width + x[i]!] = time;
    }
    return count;
  };
}
