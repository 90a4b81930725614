import type { PlayMode, PlayView } from "./payload.js";

export type FrameLayout = "beside" | "under" | "off";

/** What can be asked of a player: by its page, and by tests. */
export interface PlayerState {
  readonly time: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly window: number;
  readonly mode: PlayMode;
  readonly view: PlayView;
  readonly frames: FrameLayout;
  readonly loop: boolean;
  /** Pictures drawn so far, and milliseconds of this thread that they took in all. */
  readonly drawn: number;
  readonly drawTime: number;
  readonly cloud: "webgl2" | "cpu" | undefined;
}
