/**
 * A synthetic person.
 * @module
 */
import { checkOptions } from "../../errors.js";
import { checkSeed } from "../moving-edges.js";
import { drawAppearance, type Appearance } from "./appearance.js";
import { defaultStyleSpread, drawStyle, type ExpressionStyle, type StyleSpread } from "./expressions.js";
import { buildHead, type HeadMesh } from "./head.js";
import { drawIdentity, type Identity } from "./identity.js";
import { headRig } from "./rig.js";

export interface FaceOptions {
  /** Who it is: the same seed is the same person. */
  readonly seed: number;
  /** Changes to the shape of the head that the seed gives. */
  readonly identity?: Partial<Identity>;
  /** Changes to the looks that the seed gives. */
  readonly appearance?: Partial<Appearance>;
  /** How far people differ in how they show things. */
  readonly style?: Partial<StyleSpread>;
}

/** A person: shape of the head, looks, and a way to show expressions. */
export class Face {
  readonly seed: number;
  readonly identity: Identity;
  readonly appearance: Appearance;
  readonly style: ExpressionStyle;
  #mesh: HeadMesh | undefined;

  constructor({ seed, identity, appearance, style }: FaceOptions) {
    this.seed = seed;
    this.identity = { ...drawIdentity(headRig(), seed), ...identity };
    this.appearance = { ...drawAppearance(this.identity, seed), ...appearance };
    this.style = drawStyle(seed, { ...defaultStyleSpread, ...style });
  }

  /** Mesh and textures, made at the first call. */
  get mesh(): HeadMesh {
    this.#mesh ??= buildHead(headRig(), this.identity, this.appearance);
    return this.#mesh;
  }
}

/**
 * A person drawn from a seed.
 *
 * ```ts
 * const someone = face({ seed: 7 });
 * const bearded = face({ seed: 7, appearance: { stubble: 0.8 } });
 * ```
 * @throws OptionError when an option is unknown or the seed is no integer.
 */
export function face(options: FaceOptions): Face {
  checkOptions("face", options, ["seed", "identity", "appearance", "style"]);
  checkSeed("face", options.seed);
  return new Face(options);
}
