/**
 * A training as it goes on: in a notebook a figure that stays in the saved file, on a terminal a line.
 * @module
 */
import { displayOfKernel, type DisplayHandle } from "../progress/display.js";
import { duration } from "../progress/bar.js";
import { curves, type TrainingCurves } from "./curves.js";
import type { TrainingProgress } from "./loop.js";
import type { PictureSheet } from "./task.js";

export interface TrainingView {
  /** Draws now, or not, if it was drawn a moment ago. */
  update(state: TrainingCurves, progress: TrainingProgress, pictures: (() => Promise<PictureSheet> | PictureSheet) | undefined): Promise<void>;
  /** Draws the last state. */
  end(state: TrainingCurves, pictures: PictureSheet | undefined): Promise<void>;
  close(): void;
}

/** Milliseconds between two drawings: at least this, and no more than a tenth of the time. */
const rest = 1000;

export function showTraining(title: string): TrainingView {
  const display = displayOfKernel();
  return display ? inNotebook(title, display) : onTerminal(title);
}

function inNotebook(title: string, display: NonNullable<ReturnType<typeof displayOfKernel>>): TrainingView {
  let handle: DisplayHandle | undefined;
  let next = 0;
  const show = (bundle: Readonly<Record<string, unknown>>): void => {
    const value = { [Symbol.for("Jupyter.display")]: () => bundle };
    if (handle) handle.update(value);
    else handle = display(value);
  };
  const draw = async (state: TrainingCurves, pictures: PictureSheet | undefined, line: string): Promise<void> => {
    const began = performance.now();
    const png = await curves(title, state, pictures).png();
    show({ "image/png": Buffer.from(png).toString("base64"), "text/plain": line });
    next = performance.now() + Math.max(rest, 10 * (performance.now() - began));
  };
  return {
    async update(state, progress, pictures) {
      if (performance.now() >= next) await draw(state, await pictures?.(), lineOf(title, progress));
    },
    async end(state, pictures) {
      // A figure that the reader can zoom into; drawn again each second it would only flicker.
      show({ ...(await curves(title, state, pictures).bundle()), "text/plain": `${title}: ${state.points.at(-1)?.step ?? 0} steps` });
    },
    close: () => {},
  };
}

function onTerminal(title: string): TrainingView {
  const terminal = process.stderr.isTTY;
  let next = 0;
  let open = false;
  const write = (line: string): void => {
    process.stderr.write(terminal ? `\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
    open = terminal;
    next = performance.now() + (terminal ? rest / 2 : 30 * rest);
  };
  return {
    async update(_state, progress) {
      if (performance.now() >= next) write(lineOf(title, progress));
    },
    end: async () => {},
    close: () => {
      if (open) process.stderr.write("\n");
    },
  };
}

function lineOf(title: string, { step, steps, epoch, epochs, losses, secondsLeft }: TrainingProgress): string {
  const terms = Object.entries(losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  return `${title}: step ${step}/${steps}, epoch ${epoch}/${epochs}, ${terms.join(", ")}, ${duration(secondsLeft)} left`;
}
