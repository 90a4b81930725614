/**
 * A widget: state that is the same in the notebook's kernel and in the front end, and how the front end draws it.
 *
 * The protocol is that of Jupyter widgets (comm target `jupyter.widget`, version 2.1.0); the drawing is an ES module
 * after the anywidget specification, `export default { render({ model, el }) { … } }`, so it works where anywidget
 * does: JupyterLab, VS Code, Colab.
 * Sources: https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md, https://anywidget.dev/en/afm/
 * @module
 */
import { checkOptions } from "../errors.js";
import { commsOfKernel, type KernelComm, type WidgetJson } from "./comms.js";

/** What a widget may hold: JSON; bytes travel beside it. */
export type WidgetValue = WidgetJson | Uint8Array;
export type WidgetState = Readonly<Record<string, WidgetValue>>;

export interface WidgetOptions<State extends WidgetState> {
  /** Text of an ES module with `export default { render({ model, el }) {} }`. */
  readonly esm: string;
  /** Text of a style sheet. */
  readonly css?: string;
  /** First state; its keys are the keys of the widget. */
  readonly state: State;
}

type Listener<Value> = (value: Value) => void;

/** State shared with a front end. Without a kernel (a plain script) it keeps its state and nobody draws it. */
export class Widget<State extends WidgetState = WidgetState> {
  readonly #state: Map<keyof State, WidgetValue>;
  readonly #listeners = new Map<keyof State, Set<Listener<never>>>();
  readonly #drawing: Readonly<Record<string, string>>;
  #comm: KernelComm | undefined;

  constructor(options: WidgetOptions<State>) {
    checkOptions("widget", options, ["esm", "css", "state"]);
    this.#state = new Map(Object.entries(options.state));
    this.#drawing = { _esm: options.esm, ...(options.css !== undefined && { _css: options.css }), _anywidget_id: "evtlab.widget" };
  }

  get<Key extends keyof State>(key: Key): State[Key] {
    return this.#state.get(key) as State[Key];
  }

  /** Sets a value here and in the front end. */
  set<Key extends keyof State>(key: Key, value: State[Key]): void {
    this.#state.set(key, value);
    this.#send({ [key as string]: value });
    this.#tell(key);
  }

  /** Calls `listener` with each new value, whichever side set it. Returns a function that ends this. */
  on<Key extends keyof State>(key: Key, listener: Listener<State[Key]>): () => void {
    const all = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, all.add(listener));
    return () => void all.delete(listener);
  }

  /** Opens the channel when it is shown first. */
  [Symbol.for("Jupyter.display")](): Record<string, WidgetJson> {
    const text = { "text/plain": this.toString() };
    this.#comm ??= this.#open();
    if (this.#comm === undefined) return text;
    return { ...text, "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: this.#comm.id } };
  }

  toString(): string {
    return `widget ${JSON.stringify(Object.fromEntries([...this.#state].filter(([, value]) => !(value instanceof Uint8Array))))}`;
  }

  #open(): KernelComm | undefined {
    const names = { _model_module: "anywidget", _model_module_version: "*", _model_name: "AnyModel", _view_module: "anywidget", _view_module_version: "*", _view_name: "AnyView" };
    const { state, buffer_paths, buffers } = apart(Object.fromEntries(this.#state));
    const comm = commsOfKernel()?.openComm("jupyter.widget", {
      data: { state: { ...names, ...this.#drawing, ...state }, buffer_paths },
      metadata: { version: "2.1.0" },
      buffers,
    });
    if (comm === undefined) return undefined;
    comm.onMessage = ({ data, buffers: bytes }) => {
      if (data["method"] === "request_state") this.#send(Object.fromEntries(this.#state));
      if (data["method"] === "update") this.#receive(together(data, bytes));
    };
    comm.onClose = () => {
      this.#comm = undefined;
    };
    return comm;
  }

  #receive(changed: Record<string, WidgetValue>): void {
    const known = Object.keys(changed).filter((key) => this.#state.has(key));
    for (const key of known) this.#state.set(key, changed[key]!);
    for (const key of known) this.#tell(key);
  }

  #send(changed: Record<string, WidgetValue>): void {
    const { state, buffer_paths, buffers } = apart(changed);
    if (this.#comm?.open) this.#comm.send({ method: "update", state, buffer_paths }, buffers);
  }

  #tell(key: keyof State): void {
    for (const listener of this.#listeners.get(key) ?? []) listener(this.#state.get(key) as never);
  }
}

/** Bytes leave the state and travel beside it; `buffer_paths` says where they belong. */
function apart(values: Record<string, WidgetValue>) {
  const state: Record<string, WidgetJson> = {};
  const buffer_paths: string[][] = [];
  const buffers: Uint8Array[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (!(value instanceof Uint8Array)) state[key] = value;
    else {
      buffer_paths.push([key]);
      buffers.push(value);
    }
  }
  return { state, buffer_paths, buffers };
}

function together(data: Readonly<Record<string, WidgetJson>>, buffers: readonly Uint8Array[]): Record<string, WidgetValue> {
  const state: Record<string, WidgetValue> = { ...(data["state"] as Record<string, WidgetJson>) };
  for (const [i, path] of ((data["buffer_paths"] ?? []) as readonly (readonly string[])[]).entries()) {
    const bytes = buffers[i];
    if (path.length === 1 && bytes !== undefined) state[path[0]!] = bytes;
  }
  return state;
}
