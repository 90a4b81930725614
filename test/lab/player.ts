/** What every page with a player must do, wherever it is shown. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import type { PlayerState } from "../../src/plot/player/state.js";

/** The part of the page that is used: an element of class "player" in the shadow of its host. */
interface InPlayer {
  getRootNode(): { readonly host: { readonly evtlabPlayer: { readonly player: { readonly state: PlayerState } } } };
}
interface Pixels {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray } };
}

/** Waits for what the player is to become; the state then. */
export async function stateOf(player: Locator, until: (state: PlayerState) => boolean = () => true): Promise<PlayerState> {
  for (let tries = 0; ; tries++) {
    const state = await player.evaluate((root) => (root as unknown as InPlayer).getRootNode().host.evtlabPlayer.player.state);
    if (until(state)) return state;
    assert.ok(tries < 100, `the player stays ${JSON.stringify(state)}, not ${until.toString()}`);
    await delay(100);
  }
}

/** Pixels of the flat view that are drawn on: those that are not as most are. */
export function inked(player: Locator): Promise<number> {
  return player.locator("canvas.layer").first().evaluate((canvas) => {
    const { width, height, getContext } = canvas as unknown as Pixels;
    const { data } = getContext.call(canvas, "2d").getImageData(0, 0, width, height);
    const counts = new Map<number, number>();
    for (const word of new Uint32Array(data.buffer)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return width * height - Math.max(...counts.values());
  });
}

/** Plays, scrubs, presses keys, turns the cloud. */
export async function checkPlayer(page: Page, player: Locator): Promise<void> {
  await player.locator("canvas").first().waitFor({ timeout: 60_000 });
  await player.scrollIntoViewIfNeeded();
  const first = await stateOf(player, ({ drawn }) => drawn > 0);
  assert.equal(first.playing, false);
  assert.ok((await inked(player)) > 20, "the first picture is empty");

  await player.getByRole("button", { name: "Play" }).click();
  await stateOf(player, ({ playing, time, drawn }) => playing && time !== first.time && drawn > first.drawn + 4);
  await player.getByRole("button", { name: "Pause" }).click();
  await stateOf(player, ({ playing }) => !playing);

  const scrubbed: number[] = [];
  for (const share of [0.5, 0.25]) {
    const { time: before } = await stateOf(player);
    // JupyterLab may scroll when the focus comes.
    const slider = player.getByRole("slider", { name: "Time" });
    const { width, height } = (await slider.boundingBox())!;
    await slider.click({ position: { x: width * share, y: height / 2 } });
    scrubbed.push((await stateOf(player, ({ time }) => time !== before)).time);
  }
  const [middle, quarter] = scrubbed as [number, number];
  assert.ok(0 < quarter && quarter < middle, `${quarter} and ${middle}`);

  const press = async (key: string, until: (state: PlayerState) => boolean): Promise<PlayerState> => {
    await page.keyboard.press(key);
    return stateOf(player, until);
  };
  await player.focus();
  const { time: there } = await press("ArrowRight", ({ time }) => time !== quarter);
  assert.equal(there, quarter + first.window);
  await press("ArrowLeft", ({ time }) => time !== there);
  const { time: stepped } = await press(".", ({ time }) => time > quarter);
  assert.ok(Math.abs(stepped - quarter - (first.speed * 1e6) / 60) < 1, "a step is not a sixtieth of a second");
  await press(",", ({ time }) => Math.abs(time - quarter) < 1);
  await press("+", ({ speed }) => speed > first.speed);
  await press("-", ({ speed }) => speed === first.speed);
  await press("]", ({ window }) => window > first.window);
  await press("m", ({ mode }) => mode === "count");
  await delay(200);
  assert.ok((await inked(player)) > 20, "counts draw nothing");
  await press("m", ({ mode }) => mode === "decay");
  await press(" ", ({ playing }) => playing);
  await press(" ", ({ playing }) => !playing);

  // A click into the picture plays, and hands the keys over.
  await player.locator("canvas.layer").first().click();
  await stateOf(player, ({ playing }) => playing);
  await press(" ", ({ playing }) => !playing);

  await player.getByRole("button", { name: "x‑y‑t" }).click();
  const cloud = await stateOf(player, ({ view, cloud }) => view === "cloud" && cloud !== undefined);
  await press("Shift+ArrowRight", (state) => state.drawn > cloud.drawn);
}
