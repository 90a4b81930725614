/** What a person meets in JupyterLab; pictures of it are left in out/lab. */
import assert from "node:assert/strict";
import { requireChromium, requirePython } from "../python.js";
import { asking } from "./asking.js";
import { debugging } from "./debugger.js";
import { Lab } from "./lab.js";
import { learning } from "./learning.js";
import { names } from "./names.js";
import { playing } from "./playing.js";
import { reading } from "./reading.js";
import { running } from "./running.js";
import { showing } from "./showing.js";
import { widgets } from "./widgets.js";

describe("JupyterLab in a browser", function () {
  this.timeout(180_000);
  let lab: Lab;
  const theLab = (): Lab => lab;

  before(async function () {
    lab = await Lab.start(requirePython(this, "jupyterlab"), requireChromium(this));
  });
  after(() => lab?.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await lab.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, "-").slice(0, 60)}`);
  });

  it("does not ask about news", async () => {
    assert.equal(await lab.page.getByText("Jupyter news").count(), 0);
  });
  describe("running", () => running(theLab));
  describe("completion and tooltips", () => reading(theLab));
  describe("hover and go to", () => names(theLab));
  describe("input and displays", () => asking(theLab));
  describe("tables, progress and pixels", () => showing(theLab));
  describe("learning", () => learning(theLab));
  describe("widgets", () => widgets(theLab));
  describe("the debugger", () => debugging(theLab));
  describe("the event player", () => playing(theLab));
});
