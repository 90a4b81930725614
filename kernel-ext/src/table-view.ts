/**
 * What the kernel and the front end say to each other about a table that is shown page by page.
 * @module
 */

export const tableMime = "application/vnd.evtlab.table+json";
/** Target of the comm through which a front end asks for rows. */
export const tableTarget = "evtlab.table";

/** An output: the first page, and all that is needed to ask for the others. Cells are text. */
export interface TableView {
  readonly version: 1;
  /** Names the table in the kernel that showed it. */
  readonly id: string;
  readonly columns: readonly string[];
  /** Where they are known, such as "Int64". */
  readonly types?: readonly string[];
  /** Columns that are not shown. */
  readonly hiddenColumns: number;
  readonly rows: number;
  /** Rows a page has. */
  readonly page: number;
  readonly first: readonly TableRow[];
}

/** The name of the row and its cells. */
export type TableRow = readonly string[];

/** Opens the comm: `TableView.id`. The kernel closes it when it has the table no more. */
export type TableAsked = { readonly id: string };
/** From the front end. */
export type RowsWanted = { readonly from: number };
/** The answer; the table may have changed since it was shown. */
export interface RowsSent {
  readonly from: number;
  readonly rows: readonly TableRow[];
  readonly total: number;
}
