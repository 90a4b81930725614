/** The event player, computed and saved. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { playerMime } from "../../src/plot/player/payload.js";
import { code, notebook } from "../run/notebooks.js";
import type { Lab, LabOutput } from "./lab.js";
import { checkPlayer } from "./player.js";

const source = 'import { expression, face, faceEvents, perform } from "evtlab/simulate";\nimport "evtlab";\nconst smile = perform({ duration: "300ms", movements: expression("happiness"), seed: 1 });\nfaceEvents(face({ seed: 1 }), smile, { width: 160, height: 120, seed: 1 }).play({ window: "10ms", speed: 1 / 10 })';

export function playing(theLab: () => Lab): void {
  let outputs: readonly LabOutput[];

  before(async () => {
    const lab = theLab();
    await lab.page.setViewportSize({ width: 1280, height: 1600 });
    await lab.open("player", [source]);
    ({ outputs } = await lab.run(0));
  });

  it("plays, scrubs and obeys the keyboard", async () => {
    const lab = theLab();
    const player = lab.panel.locator(".jp-OutputArea .player");
    await checkPlayer(lab.page, player);
    await lab.screenshot("player");
    await lab.command("apputils:change-theme", { theme: "JupyterLab Dark" });
    await lab.page.locator(".player.dark").waitFor();
    await player.getByRole("button", { name: "x‑y", exact: true }).click();
    await lab.screenshot("player-dark");
    await lab.command("apputils:change-theme", { theme: "JupyterLab Light" });
    await lab.page.locator(".player.light").waitFor();
  });

  it("has a picture for viewers that cannot play", () => {
    const { data } = outputs[0] as { data: Record<string, string> };
    assert.ok(playerMime in data);
    assert.equal(Buffer.from(data["image/png"]!, "base64").subarray(1, 4).toString("latin1"), "PNG");
    assert.match(data["text/plain"]!, /^Player of [\d,]+ events in [\d.]+ ms/);
  });

  it("plays in a saved notebook without a kernel, which nobody trusts", async () => {
    const lab = theLab();
    const saved = notebook(code("saved"));
    (saved.cells[0] as { outputs: unknown }).outputs = outputs;
    saved.metadata["kernelspec"] = { name: "gone", language: "typescript", display_name: "A kernel that is not installed" };
    writeFileSync(join(lab.root, "player-saved.ipynb"), formatNotebook(saved));
    await lab.load("player-saved.ipynb");
    await lab.page.locator(".jp-Dialog button", { hasText: "No Kernel" }).click();
    await checkPlayer(lab.page, lab.panel.locator(".jp-OutputArea .player"));
    await lab.screenshot("player-saved");
  });
}
