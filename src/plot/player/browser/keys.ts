/**
 * The keys of the player.
 * @module
 */
import { speeds, windows } from "../scales.js";
import type { EventPlayer } from "./player.js";

type Action = (player: EventPlayer) => void;

/** In the order of the help line. */
export const help: readonly (readonly [keys: string, meaning: string])[] = [
  ["space", "play"],
  ["← →", "one window"],
  [", .", "one frame"],
  ["− +", "speed"],
  ["[ ]", "window"],
  ["m", "mode"],
  ["v", "view"],
];

const actions: Readonly<Record<string, Action>> = {
  " ": (player) => player.toggle(),
  k: (player) => player.toggle(),
  ArrowLeft: (player) => player.skip(-1),
  ArrowRight: (player) => player.skip(1),
  ",": (player) => player.step(-1),
  ".": (player) => player.step(1),
  Home: (player) => player.seek(-Infinity),
  End: (player) => player.seek(Infinity),
  "+": (player) => player.setSpeed(neighbour(speeds, player.state.speed, 1)),
  "=": (player) => player.setSpeed(neighbour(speeds, player.state.speed, 1)),
  "-": (player) => player.setSpeed(neighbour(speeds, player.state.speed, -1)),
  "]": (player) => player.setWindow(neighbour(windows, player.state.window, 1)),
  "[": (player) => player.setWindow(neighbour(windows, player.state.window, -1)),
  m: (player) => player.setMode(player.state.mode === "decay" ? "count" : "decay"),
  v: (player) => player.setView(player.state.view === "flat" ? "cloud" : "flat"),
  l: (player) => player.setLoop(!player.state.loop),
  f: (player) => player.setFrames(player.state.frames === "beside" ? "under" : player.state.frames === "under" ? "off" : "beside"),
};
const turns: Readonly<Record<string, readonly [yaw: number, pitch: number]>> = {
  ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1],
};

/** What a key does; undefined for one that is not the player's, or that the focused control takes itself. */
export function keyAction(event: KeyboardEvent): Action | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const [target] = event.composedPath();
  if (target instanceof HTMLSelectElement) return undefined;
  if (target instanceof HTMLButtonElement && event.key === " ") return undefined;
  const turn = turns[event.key];
  if (event.shiftKey && turn) return (player) => player.turn(...turn);
  return Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
}

/** The value of a rising list that is next to `value`, up or down. */
export function neighbour(values: readonly number[], value: number, direction: 1 | -1): number {
  const slack = value * 1e-6;
  return (direction > 0 ? values.find((each) => each > value + slack) : values.findLast((each) => each < value - slack)) ?? value;
}
