/**
 * What an inspect_reply tells beyond the protocol, in its metadata under "evtlab". Offsets count code points.
 * @module
 */

export interface Explanation {
  /** The name that is explained. */
  readonly start: number;
  readonly end: number;
  /** At detail level 1: what declares the name, and what declares the type of its value. */
  readonly declaration?: readonly Declared[];
  readonly type?: readonly Declared[];
}

interface Declaration {
  readonly name: string;
  /** Line of the name, from 1. */
  readonly line: number;
  /** The declaration with its documentation; the beginning of a long one. */
  readonly text: string;
}
export interface DeclaredInCell extends Declaration {
  /** "this cell" for the one that was asked about, or as errors call it: "cell 3". */
  readonly cell: string;
  /** Of the name. */
  readonly start: number;
  readonly end: number;
}
export interface DeclaredInFile extends Declaration {
  readonly file: string;
  /** The file from the kernel's folder on, with slashes: "../shapes.ts". */
  readonly relative: string;
}
export type Declared = DeclaredInCell | DeclaredInFile;
