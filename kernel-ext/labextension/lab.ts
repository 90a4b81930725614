/** The part of JupyterLab that the extension meets. */

/** The part of webpack's share scope that is used: versions of a package, each with a loader. */
export type ShareScope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

/** The part of Lumino's Widget that is used. */
export declare class Widget {
  readonly node: HTMLElement;
  id: string;
  readonly title: { label: string; caption: string; closable: boolean };
  readonly isDisposed: boolean;
  readonly isVisible: boolean;
  protected onResize(message: unknown): void;
  dispose(): void;
}
export type WidgetClass = typeof Widget;

export interface MimeModel {
  readonly data: Record<string, unknown>;
}

/** JupyterLab's IRenderMime.IExtension. */
export interface MimeExtension {
  readonly id: string;
  readonly dataType: "json";
  readonly rank: number;
  readonly rendererFactory: { readonly safe: true; readonly mimeTypes: readonly string[]; createRenderer(): Widget };
}

/** The part of a kernel's connection that is used. */
export interface KernelConnection {
  /** Of its kernelspec. */
  readonly name: string;
  createComm(target: string): Comm;
  requestInspect(content: { readonly code: string; readonly cursor_pos: number; readonly detail_level: 0 | 1 }): Promise<{ readonly content: InspectReply }>;
}
export type InspectReply =
  | { readonly status: "ok"; readonly found: boolean; readonly data: Readonly<Record<string, unknown>>; readonly metadata: Readonly<Record<string, unknown>> }
  | { readonly status: "error" | "aborted" };
export interface Comm {
  readonly isDisposed: boolean;
  onMsg: (message: { readonly content: { readonly data: unknown } }) => void;
  onClose: () => void;
  open(data: object): unknown;
  send(data: object): unknown;
  close(): unknown;
}

export interface LabWidget {
  readonly node: HTMLElement;
  readonly sessionContext?: { readonly session?: { readonly kernel?: KernelConnection | null } | null };
  readonly content?: Partial<Notebook>;
  /** Of a document: its file, from the server's root on. */
  readonly context?: { readonly path: string; readonly ready: Promise<void> };
}

/** What an editor of a text file is, beyond a widget. */
export interface FileEditor extends Omit<LabWidget, "content"> {
  readonly revealed: Promise<void>;
  readonly content: { readonly editor: { readonly editor: EditorView; focus(): void } };
}

/** The part of a notebook's widget that is used. */
export interface Notebook {
  readonly widgets: readonly Cell[];
  readonly activeCell: Cell | null;
  activeCellIndex: number;
  mode: "command" | "edit";
  scrollToItem(index: number, align: "center"): Promise<void>;
}
export interface Cell {
  readonly node: HTMLElement;
  readonly ready: Promise<void>;
  readonly model: { readonly executionCount?: number | null; readonly sharedModel: { getSource(): string } };
  /** None while the cell is far from the view. */
  readonly editor: { readonly editor?: EditorView; focus(): void } | null;
}

/** The part of CodeMirror's view that is used; offsets count UTF-16 units. */
export interface EditorView {
  readonly dom: HTMLElement;
  readonly state: { readonly doc: { toString(): string; readonly lines: number; line(number: number): { readonly from: number; readonly text: string } }; readonly selection: { readonly main: { readonly head: number } }; wordAt(offset: number): { readonly from: number; readonly to: number } | null };
  posAtCoords(point: { readonly x: number; readonly y: number }): number | null;
  dispatch(change: { readonly selection: { readonly anchor: number; readonly head: number }; readonly scrollIntoView: true } | { readonly effects: object }): void;
}

/** JupyterLab's application. */
export interface LabApplication {
  readonly shell: {
    widgets(area: string): Iterable<LabWidget>;
    readonly currentWidget: LabWidget | null;
    add(widget: Widget, area: "main", options: { readonly mode: "split-right" }): void;
    activateById(id: string): void;
  };
  readonly commands: { addCommand(id: string, options: { readonly label: string; readonly isEnabled: () => boolean; readonly isVisible: () => boolean; readonly execute: (args: { readonly pointed?: boolean }) => unknown }): unknown; execute(id: string, args: object): Promise<unknown> };
  readonly contextMenu: { addItem(item: { readonly command: string; readonly selector: string; readonly rank: number; readonly args: object }): unknown };
}

/** JupyterLab's JupyterFrontEndPlugin: `activate` is given what its tokens stand for. */
export interface LabPlugin<Services extends readonly unknown[] = readonly unknown[]> {
  readonly id: string;
  readonly autoStart: true;
  readonly requires?: readonly object[];
  activate(lab: LabApplication, ...services: Services): void;
}

/** The kernel of the notebook or console around an element. */
export function kernelAround(lab: LabApplication | undefined, node: HTMLElement): KernelConnection | undefined {
  const around = [...(lab?.shell.widgets("main") ?? [])].find((widget) => widget.node.contains(node)) ?? lab?.shell.currentWidget;
  return around?.sessionContext?.session?.kernel ?? undefined;
}

const folder = new URL(".", (document.currentScript as HTMLScriptElement).src);
/** Written in by the build: of each script beside this one what changes with it, for browsers may keep its file for a year. */
declare const stamps: Readonly<Record<string, string>>;
const loading = new Map<string, Promise<unknown>>();

/** A script beside this one, which leaves its value under `name` in the page; loaded when it is first asked for. */
export function loadBeside<Value>(file: string, name: string): Promise<Value> {
  let loaded = loading.get(file);
  if (!loaded) {
    loaded = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`${file}?v=${stamps[file]}`, folder).href;
      script.addEventListener("load", () => resolve((window as unknown as Record<string, unknown>)[name]));
      script.addEventListener("error", () => {
        loading.delete(file);
        reject(new Error(`cannot load ${script.src}`));
      });
      document.head.append(script);
    });
    loading.set(file, loaded);
  }
  return loaded as Promise<Value>;
}
