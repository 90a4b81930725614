/** The part of JupyterLab that the extension meets. */

/** The part of webpack's share scope that is used: versions of a package, each with a loader. */
export type ShareScope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

/** The part of Lumino's Widget that is used. */
export declare class Widget {
  readonly node: HTMLElement;
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
  createComm(target: string): Comm;
}
export interface Comm {
  readonly isDisposed: boolean;
  onMsg: (message: { readonly content: { readonly data: unknown } }) => void;
  onClose: () => void;
  open(data: object): unknown;
  send(data: object): unknown;
  close(): unknown;
}

interface LabWidget {
  readonly node: HTMLElement;
  readonly sessionContext?: { readonly session?: { readonly kernel?: KernelConnection | null } | null };
}

/** JupyterLab's application. */
export interface LabApplication {
  readonly shell: { widgets(area: string): Iterable<LabWidget>; readonly currentWidget: LabWidget | null };
}

/** JupyterLab's JupyterFrontEndPlugin. */
export interface LabPlugin {
  readonly id: string;
  readonly autoStart: true;
  activate(lab: LabApplication): void;
}

const folder = new URL(".", (document.currentScript as HTMLScriptElement).src);
const loading = new Map<string, Promise<unknown>>();

/** A script beside this one, which leaves its value under `name` in the page; loaded when it is first asked for. */
export function loadBeside<Value>(file: string, name: string): Promise<Value> {
  let loaded = loading.get(file);
  if (!loaded) {
    loaded = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(file, folder).href;
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
