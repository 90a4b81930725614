/**
 * Names in cells of this kernel: what rests under the pointer is explained, and two commands go to what declares it.
 *
 * The kernel answers an inspect_request while a cell runs, so this needs no channel of its own.
 */
import type { Declared, DeclaredInCell, DeclaredInFile, Explanation } from "../src/explanation.js";
import { codePoints, utf16Offset } from "../src/offsets.js";
import { kernelAround, type Cell, type EditorView, type FileEditor, type KernelConnection, type LabApplication, type LabPlugin, type LabWidget, type Notebook, type Widget } from "./lab.js";

interface CodeMirror {
  hoverTooltip(source: (view: EditorView, offset: number) => Promise<Tooltip | null>, options: { readonly hoverTime: number }): object;
  tooltips(options: { readonly parent: HTMLElement }): object;
  /** Not in all versions. */
  readonly closeHoverTooltips?: object;
}
interface Tooltip {
  readonly pos: number;
  readonly end: number;
  readonly above: true;
  create(): { readonly dom: HTMLElement; destroy(): void };
}
interface CodeMirrorOfLab {
  readonly IEditorExtensionRegistry: object;
  readonly EditorExtensionRegistry: { createImmutableExtension(extension: object): object };
}
interface EditorExtensionRegistry {
  addExtension(extension: { readonly name: string; factory(): object }): void;
}
interface AppUtils {
  readonly ICommandPalette: object;
  readonly MainAreaWidget: new (options: { readonly content: Widget }) => Widget;
  readonly Notification: { info(message: string, options: { readonly autoClose: number }): void };
}
interface CommandPalette {
  addItem(item: { readonly command: string; readonly category: string }): unknown;
}
interface RenderMime {
  createRenderer(mimeType: string): Widget & { renderModel(model: object): Promise<void> };
  createModel(options: { readonly data: object }): object;
}

/** Name of our kernelspec: other kernels know nothing of this. */
const kernelName = "evtlab";
const hoverTime = 350;
/** A kernel that was silent for so long may be asked again. */
const patience = 5000;
const goals = { declaration: "Go to Declaration", type: "Go to Type" } as const;
type Goal = keyof typeof goals;

export async function namesPlugin(ofLab: <Module>(name: string) => Promise<Module>): Promise<LabPlugin> {
  const [codeMirror, { IEditorExtensionRegistry, EditorExtensionRegistry }, apputils, { IRenderMimeRegistry }] = await Promise.all([
    ofLab<CodeMirror>("@codemirror/view"),
    ofLab<CodeMirrorOfLab>("@jupyterlab/codemirror"),
    ofLab<AppUtils>("@jupyterlab/apputils"),
    ofLab<{ readonly IRenderMimeRegistry: object }>("@jupyterlab/rendermime"),
  ]);
  const plugin: LabPlugin<[EditorExtensionRegistry, CommandPalette, RenderMime]> = {
    id: "evtlab:names",
    autoStart: true,
    requires: [IEditorExtensionRegistry, apputils.ICommandPalette, IRenderMimeRegistry],
    activate(lab, editors, palette, rendermime) {
      const names = new Names(lab, rendermime, apputils, codeMirror);
      const extension = [
        codeMirror.hoverTooltip((view, offset) => names.tooltip(view, offset), { hoverTime }),
        // A cell would cut it.
        codeMirror.tooltips({ parent: document.body }),
      ];
      document.addEventListener("contextmenu", (event) => names.point(event), { capture: true });
      editors.addExtension({ name: "evtlab:names", factory: () => EditorExtensionRegistry.createImmutableExtension(extension) });
      for (const [goal, label] of Object.entries(goals) as [Goal, string][]) {
        const command = `evtlab:go-to-${goal}`;
        lab.commands.addCommand(command, { label, isEnabled: () => names.present, isVisible: () => names.present, execute: ({ pointed = false }) => names.go(goal, pointed) });
        palette.addItem({ command, category: "Notebook Cell Operations" });
        lab.contextMenu.addItem({ command, selector: ".jp-Notebook .jp-CodeCell .jp-InputArea-editor", rank: 3.5, args: { pointed: true } });
      }
    },
  };
  return plugin as unknown as LabPlugin;
}

interface Found {
  readonly data: Readonly<Record<string, unknown>>;
  readonly name: string;
  /** UTF-16 offsets. */
  readonly from: number;
  readonly to: number;
  readonly explanation: Explanation;
}

class Names {
  readonly #lab: LabApplication;
  readonly #rendermime: RenderMime;
  readonly #apputils: AppUtils;
  readonly #codeMirror: CodeMirror;
  /** Where the context menu was opened. */
  #pointed: MouseEvent | undefined;
  /** The question under way, and the number of the newest. */
  #asked: Promise<unknown> = Promise.resolve();
  #questions = 0;
  #panel: { readonly widget: Widget; readonly text: ReturnType<RenderMime["createRenderer"]> } | undefined;

  constructor(lab: LabApplication, rendermime: RenderMime, apputils: AppUtils, codeMirror: CodeMirror) {
    this.#lab = lab;
    this.#rendermime = rendermime;
    this.#apputils = apputils;
    this.#codeMirror = codeMirror;
  }

  /** Whether the notebook in front has our kernel. */
  get present(): boolean {
    return this.#lab.shell.currentWidget?.sessionContext?.session?.kernel?.name === kernelName;
  }

  point(event: MouseEvent): void {
    this.#pointed = event;
  }

  async tooltip(view: EditorView, offset: number): Promise<Tooltip | null> {
    const word = view.state.wordAt(offset);
    const kernel = kernelAround(this.#lab, view.dom);
    if (word === null || kernel?.name !== kernelName || view.dom.closest(".jp-CodeCell") === null) return null;
    const found = await this.#ask(kernel, view, word.from, 0);
    // Inside of a call the kernel explains the function, wherever the pointer is.
    if (found === undefined || word.from >= found.to || word.to <= found.from) return null;
    const content = this.#rendermime.createRenderer("text/markdown");
    await content.renderModel(this.#rendermime.createModel({ data: found.data }));
    content.node.classList.add("evtlab-hover");
    const links = Object.entries(goals).map(([goal, label]) => {
      const link = document.createElement("button");
      link.textContent = label;
      link.addEventListener("click", () => {
        const { closeHoverTooltips: effects } = this.#codeMirror;
        if (effects) view.dispatch({ effects });
        void this.#goFrom(view, found.from, goal as Goal);
      });
      return link;
    });
    const footer = document.createElement("footer");
    footer.append(...links);
    const sheet = document.createElement("style");
    sheet.textContent = style;
    content.node.append(footer, sheet);
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: content.node, destroy: () => content.dispose() }) };
  }

  async go(goal: Goal, pointed: boolean): Promise<void> {
    const { activeCell, widgets = [] } = this.#lab.shell.currentWidget?.content ?? {};
    const at = pointed ? this.#pointed : undefined;
    const view = (at ? widgets.find(({ node }) => node.contains(at.target as Node)) : activeCell)?.editor?.editor;
    if (view) await this.#goFrom(view, (at && view.posAtCoords(at)) ?? view.state.selection.main.head, goal);
  }

  async #goFrom(view: EditorView, offset: number, goal: Goal): Promise<void> {
    const around = [...this.#lab.shell.widgets("main")].find(({ node }) => node.contains(view.dom));
    const kernel = around?.sessionContext?.session?.kernel;
    if (around === undefined || kernel?.name !== kernelName) return;
    const found = await this.#ask(kernel, view, offset, 1);
    const places = found?.explanation[goal] ?? [];
    const [first] = places;
    if (found === undefined) this.#say("There is no name that the kernel knows here.");
    else if (first === undefined) this.#say(goal === "type" ? `The type of ${found.name} has no declaration.` : `${found.name} has no declaration.`);
    else if (!("cell" in first ? await select(around, view, first) : await this.#open(around, first))) await this.#show(first.name, places);
  }

  /** Opens an own file at the name; false for declarations of packages, and for files that the server does not show. */
  async #open({ context }: LabWidget, { name, line, file, relative }: DeclaredInFile): Promise<boolean> {
    if (context === undefined || file.endsWith(".d.ts") || file.includes("/node_modules/")) return false;
    const path = besides(context.path, relative);
    if (path === undefined) return false;
    const opened = (await this.#lab.commands.execute("docmanager:open", { path, factory: "Editor", options: { mode: "split-right" } }).catch(() => undefined)) as FileEditor | undefined;
    if (opened === undefined) return false;
    await Promise.all([opened.revealed, opened.context?.ready]);
    const { editor } = opened.content;
    const { doc } = editor.editor.state;
    const { from, text } = doc.line(Math.min(line, doc.lines));
    const anchor = from + Math.max(0, text.indexOf(name));
    editor.focus();
    editor.editor.dispatch({ selection: { anchor, head: text.includes(name) ? anchor + name.length : anchor }, scrollIntoView: true });
    return true;
  }

  #say(sentence: string): void {
    this.#apputils.Notification.info(sentence, { autoClose: 4000 });
  }

  /** One question at a time; of those that come meanwhile only the newest is asked. */
  async #ask(kernel: KernelConnection, view: EditorView, offset: number, detail: 0 | 1): Promise<Found | undefined> {
    const question = ++this.#questions;
    await this.#asked;
    if (question !== this.#questions) return undefined;
    const code = view.state.doc.toString();
    const asking = kernel.requestInspect({ code, cursor_pos: codePoints(code, offset), detail_level: detail }).catch(() => undefined);
    this.#asked = Promise.race([asking, new Promise((resolve) => setTimeout(resolve, patience))]);
    const content = (await asking)?.content;
    if (content?.status !== "ok" || !content.found) return undefined;
    const explanation = content.metadata["evtlab"] as Explanation;
    const [from, to] = [utf16Offset(code, explanation.start), utf16Offset(code, explanation.end)];
    return { data: content.data, name: code.slice(from, to), from, to, explanation };
  }

  /** Declarations of packages and files, and of cells that are gone, beside the notebook. */
  async #show(name: string, places: readonly Declared[]): Promise<void> {
    if (this.#panel === undefined || this.#panel.widget.isDisposed) {
      const text = this.#rendermime.createRenderer("text/markdown");
      const widget = new this.#apputils.MainAreaWidget({ content: text });
      widget.id = "evtlab-declaration";
      widget.title.closable = true;
      text.node.style.cssText = "overflow: auto; padding: 0 12px";
      this.#panel = { widget, text };
      this.#lab.shell.add(widget, "main", { mode: "split-right" });
    }
    const { widget, text } = this.#panel;
    widget.title.label = name;
    const markdown = places.map((place) => `**${"file" in place ? shortened(place.file) : place.cell}**, line ${place.line}\n\n\`\`\`ts\n${place.text}\n\`\`\``).join("\n\n");
    await text.renderModel(this.#rendermime.createModel({ data: { "text/markdown": markdown } }));
    text.node.scrollTop = 0;
    this.#lab.shell.activateById(widget.id);
  }
}

/** The path of a file given from the folder of another one on; undefined when it leaves the server's root. */
function besides(path: string, relative: string): string | undefined {
  const parts = path.split("/").slice(0, -1);
  for (const part of relative.split("/")) {
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** Selects a name in the cell that declares it; false when the notebook no longer has that cell. */
async function select({ content }: LabWidget, view: EditorView, declared: DeclaredInCell): Promise<boolean> {
  const notebook = content as Notebook;
  const isIt = ({ node, model }: Cell): boolean => (declared.cell === "this cell" ? node.contains(view.dom) : `cell ${model.executionCount}` === declared.cell);
  const index = notebook.widgets.findIndex(isIt);
  const cell = notebook.widgets[index];
  if (cell === undefined) return false;
  const code = cell.model.sharedModel.getSource();
  // The cell may have been edited since it ran.
  const { name } = declared;
  const said = utf16Offset(code, declared.start);
  const from = code.startsWith(name, said) ? said : code.search(new RegExp(`(?<![\\p{ID_Continue}$])${name.replaceAll(/[^\p{ID_Continue}]/gu, "\\$&")}(?![\\p{ID_Continue}$])`, "u"));
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, "center");
  await cell.ready;
  notebook.mode = "edit";
  cell.editor?.focus();
  if (from >= 0) cell.editor?.editor?.dispatch({ selection: { anchor: from, head: from + name.length }, scrollIntoView: true });
  return true;
}

/** From the package on, or the last folders. */
function shortened(file: string): string {
  const inPackage = file.lastIndexOf("/node_modules/");
  return inPackage < 0 ? file.split("/").slice(-4).join("/") : file.slice(inPackage + "/node_modules/".length);
}

const style = `
.evtlab-hover { max-width: 46em; max-height: 24em; overflow: auto; padding: 4px 10px; color: var(--jp-content-font-color1, black); background: var(--jp-layout-color1, white); border: 1px solid var(--jp-border-color1, gray); box-shadow: var(--jp-elevation-z6, none); }
.evtlab-hover.jp-RenderedMarkdown pre { white-space: pre-wrap; margin: 2px 0 6px; padding: 0; background: none; }
.evtlab-hover.jp-RenderedMarkdown p { margin: 2px 0 6px; }
.evtlab-hover footer { display: flex; gap: 14px; border-top: 1px solid var(--jp-border-color2, gray); padding-top: 3px; }
.evtlab-hover footer button { border: 0; padding: 0; background: none; cursor: pointer; color: var(--jp-content-link-color, blue); font: inherit; font-size: 0.9em; }
`;
