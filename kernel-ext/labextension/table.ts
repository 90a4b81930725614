/**
 * Draws `application/vnd.evtlab.table+json`: the first page from the output, the others from the kernel that showed it.
 */
import { tableMime, tableTarget, type RowsSent, type TableRow, type TableView } from "../src/table-view.js";
import { kernelAround, type Comm, type LabApplication, type LabPlugin, type MimeExtension, type MimeModel, type WidgetClass } from "./lab.js";

let lab: LabApplication | undefined;

/** A renderer is told nothing of the kernel; the application knows which notebook it stands in. */
export const tablePlugin: LabPlugin = {
  id: "evtlab:tables",
  autoStart: true,
  activate(application) {
    lab = application;
  },
};

export function tableExtension(Base: WidgetClass): MimeExtension {
  class TableRenderer extends Base {
    #table: PagedTable | undefined;

    async renderModel(model: MimeModel): Promise<void> {
      this.#table?.dispose();
      this.#table = new PagedTable(this.node, model.data[tableMime] as TableView);
    }

    override dispose(): void {
      this.#table?.dispose();
      super.dispose();
    }
  }
  return {
    id: "evtlab:table",
    dataType: "json",
    rank: 0,
    rendererFactory: { safe: true, mimeTypes: [tableMime], createRenderer: () => new TableRenderer() },
  };
}

/** JupyterLab's shortcuts leave the keys of such an element alone. */
const ownKeys = { "data-lm-suppress-shortcuts": "true" } as const;

const count = (value: number): string => value.toLocaleString("en");

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Readonly<Record<string, string>> = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class PagedTable {
  readonly #node: HTMLElement;
  readonly #view: TableView;
  readonly #body = element("tbody");
  readonly #from = element("input", { type: "number", min: "0", "aria-label": "First row of the page", ...ownKeys });
  readonly #place = element("span");
  readonly #status = element("span", { role: "status" });
  readonly #buttons: readonly (readonly [button: HTMLButtonElement, target: () => number])[];
  #comm: Comm | undefined;
  #rows: number;
  /** First row of the page that is shown, and of the one that was asked for. */
  #shown = 0;
  #wanted = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(node: HTMLElement, view: TableView) {
    this.#node = node;
    this.#view = view;
    this.#rows = view.rows;
    const { columns, types, hiddenColumns, page } = view;
    const last = (): number => Math.max(0, Math.floor((this.#rows - 1) / page) * page);
    this.#buttons = [
      this.#button("First page", "«", () => 0),
      this.#button("Previous page", "‹", () => this.#wanted - page),
      this.#button("Next page", "›", () => this.#wanted + page),
      this.#button("Last page", "»", last),
    ];
    this.#from.addEventListener("change", () => this.#go(this.#from.valueAsNumber));
    this.#from.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#go(this.#from.valueAsNumber);
    });
    const [first, previous, next, end] = this.#buttons.map(([button]) => button) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement, HTMLButtonElement];
    const names = columns.map((name, i) => element("th", { scope: "col" }, name, ...(types ? [element("small", {}, types[i] ?? "")] : [])));
    const table = element("table", {}, element("thead", {}, element("tr", {}, element("td"), ...names)), this.#body);
    const size = `${columns.length + hiddenColumns} columns${hiddenColumns > 0 ? `, the first ${columns.length} shown` : ""}`;
    const scroll = element("div", { class: "evtlab-table-scroll", tabindex: "0", role: "group", "aria-label": `Table of ${count(view.rows)} rows and ${size}` }, table);
    scroll.addEventListener("keydown", (event) => this.#onKey(event));
    const pages = element("div", { class: "evtlab-table-pages", role: "group", "aria-label": "Pages" }, first, previous, element("label", {}, "rows ", this.#from, " to ", this.#place), next, end, element("span", {}, `× ${size}`), this.#status);
    this.#node.classList.add("jp-RenderedHTMLCommon", "evtlab-table");
    this.#node.replaceChildren(element("style", {}, style), scroll, pages);
    this.#draw(0, view.first);
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    if (this.#comm?.isDisposed === false) this.#comm.close();
    this.#comm = undefined;
  }

  #button(name: string, sign: string, target: () => number): readonly [HTMLButtonElement, () => number] {
    const button = element("button", { type: "button", title: name, "aria-label": name, class: "jp-Button jp-mod-styled", ...ownKeys }, sign);
    button.addEventListener("click", () => this.#go(target()));
    return [button, target];
  }

  #onKey(event: KeyboardEvent): void {
    const { page } = this.#view;
    const step = { PageDown: page, PageUp: -page }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#go(this.#wanted + step);
  }

  #go(row: number): void {
    const from = Number.isFinite(row) ? Math.max(0, Math.min(Math.floor(row), this.#rows - 1)) : this.#shown;
    this.#wanted = from;
    this.#mark();
    this.#comm ??= this.#open();
    if (this.#comm === undefined) {
      if (from === 0) this.#draw(0, this.#view.first);
      else this.#stay("There is no kernel that could show more rows.");
      return;
    }
    this.#comm.send({ from });
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#say("Waiting for the kernel, which is busy."), 700);
  }

  #open(): Comm | undefined {
    let comm: Comm | undefined;
    try {
      comm = kernelAround(lab, this.#node)?.createComm(tableTarget);
    } catch {
      // Some connections take no comms.
    }
    if (comm === undefined) return undefined;
    comm.onMsg = ({ content }) => {
      const { from, rows, total } = content.data as RowsSent;
      this.#rows = total;
      if (from === this.#wanted) this.#draw(from, rows);
      else if (this.#wanted >= total) this.#draw((this.#wanted = from), rows);
    };
    comm.onClose = () => {
      this.#comm = undefined;
      this.#stay("The kernel no longer has this table: run the cell again to see more rows.");
    };
    comm.open({ id: this.#view.id });
    return comm;
  }

  /** Back to the page that is shown, with a sentence that says why. */
  #stay(why: string): void {
    this.#wanted = this.#shown;
    this.#mark();
    this.#say(why);
  }

  #say(sentence: string): void {
    clearTimeout(this.#waiting);
    this.#status.textContent = sentence;
  }

  #draw(from: number, rows: readonly TableRow[]): void {
    this.#shown = from;
    this.#say("");
    this.#body.replaceChildren(...rows.map(([name = "", ...cells]) => element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell)))));
    this.#place.textContent = `${count(Math.max(0, from + rows.length - 1))} of ${count(this.#rows)}`;
    this.#mark();
  }

  #mark(): void {
    this.#from.value = String(this.#wanted);
    this.#from.max = String(this.#rows - 1);
    for (const [i, [button]] of this.#buttons.entries()) button.disabled = i < 2 ? this.#wanted === 0 : this.#wanted + this.#view.page >= this.#rows;
  }
}

const style = `
.evtlab-table { padding-right: 0; }
.evtlab-table-scroll { overflow-x: auto; max-width: 100%; }
.jp-RenderedHTMLCommon.evtlab-table table { margin: 0; font-variant-numeric: tabular-nums; }
.evtlab-table th small { display: block; font-weight: normal; color: var(--jp-ui-font-color2, gray); }
.evtlab-table-pages { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; margin-top: 6px; font-family: var(--jp-ui-font-family, sans-serif); font-size: var(--jp-ui-font-size1, 13px); color: var(--jp-ui-font-color1, black); }
.evtlab-table-pages button { min-width: 28px; height: 24px; line-height: 22px; padding: 0 6px; }
.evtlab-table-pages button:disabled { opacity: 0.4; }
.evtlab-table-pages input { width: 8em; height: 24px; box-sizing: border-box; text-align: right; color: inherit; background: var(--jp-input-background, white); border: 1px solid var(--jp-border-color1, gray); font: inherit; font-variant-numeric: tabular-nums; }
.evtlab-table-pages [role=status] { color: var(--jp-ui-font-color2, gray); }
`;
