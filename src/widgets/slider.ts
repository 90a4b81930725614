/**
 * A slider.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import { Widget } from "./model.js";

export interface SliderOptions {
  readonly min: number;
  readonly max: number;
  /** Distance of two values; a hundredth of the range when left out. */
  readonly step?: number;
  /** First value; `min` when left out. */
  readonly value?: number;
  /** Text before it. */
  readonly label?: string;
  /** Text behind the number, such as "ms". */
  readonly unit?: string;
}

interface SliderState {
  readonly [key: string]: number | string;
  readonly value: number;
}

/**
 * A slider whose `value` is the same here and in the notebook.
 *
 * ```ts
 * const end = slider({ label: "window", min: 1, max: 100, value: 33, unit: "ms" });
 * live(end, (ms) => plot.frame(events.between(0, `${ms}ms`)));
 * ```
 * @throws OptionError when the value lies outside, or the range is empty.
 */
export function slider(options: SliderOptions): Widget<SliderState> {
  checkOptions("slider", options, ["min", "max", "step", "value", "label", "unit"]);
  const { min, max, step = (max - min) / 100, value = min, label = "", unit = "" } = options;
  if (![min, max, step, value].every(Number.isFinite) || min >= max || step <= 0 || value < min || value > max) {
    throw new OptionError({ where: "slider", expected: "finite numbers with min < max, step > 0 and min ≤ value ≤ max", received: JSON.stringify(options) });
  }
  return new Widget<SliderState>({ esm, css, state: { value, min, max, step, label, unit } });
}

const esm = `export default {
  render({ model, el }) {
    el.classList.add("evtlab-slider");
    const label = el.appendChild(document.createElement("label"));
    const text = label.appendChild(document.createElement("span"));
    const input = label.appendChild(document.createElement("input"));
    const shown = label.appendChild(document.createElement("output"));
    input.type = "range";
    // Arrow keys move it: in JupyterLab they would go to the notebook, which looks for this at what has the focus.
    input.setAttribute("data-lm-suppress-shortcuts", "true");
    const draw = () => {
      text.textContent = model.get("label");
      for (const name of ["min", "max", "step"]) input[name] = model.get(name);
      input.value = model.get("value");
      shown.textContent = Number(model.get("value").toPrecision(6)) + (model.get("unit") && " " + model.get("unit"));
    };
    input.addEventListener("input", () => {
      model.set("value", Number(input.value));
      model.save_changes();
      draw();
    });
    model.on("change", draw);
    draw();
    return () => model.off("change", draw);
  },
};`;

const css = `.evtlab-slider label { display: inline-flex; align-items: center; gap: 0.6em; font-family: var(--jp-ui-font-family, sans-serif); }
.evtlab-slider input { width: 20em; }
.evtlab-slider output { min-width: 6em; font-variant-numeric: tabular-nums; }`;
