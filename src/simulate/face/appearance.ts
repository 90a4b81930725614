/**
 * How a person looks apart from the shape of the head: colours of skin, hair, eyes and cloth, brows, beard, hair style.
 * @module
 */
import type { Identity } from "./identity.js";
import { Random } from "./random.js";

/** Linear light, red, green and blue, from 0 to 1. */
export type Colour = readonly [number, number, number];

export type HairStyle = "bald" | "buzz" | "short" | "full" | "long";

export interface Appearance {
  readonly skin: Colour;
  readonly lips: Colour;
  readonly iris: Colour;
  readonly hair: Colour;
  readonly brows: Colour;
  readonly cloth: Colour;
  readonly style: HairStyle;
  /** How far the hair line lies above its usual place, in decimetres. */
  readonly hairLine: number;
  /** How far it draws back at the temples, in decimetres. */
  readonly recession: number;
  /** Thickness of the hair, in decimetres. */
  readonly hairThickness: number;
  /** How far long hair falls below the chin, in decimetres. */
  readonly hairLength: number;
  /** How far the collar lies below the throat in front, in decimetres. */
  readonly neckline: number;
  readonly browThickness: number;
  readonly browHeight: number;
  readonly browDensity: number;
  /** 0 = shaven, 1 = dense stubble. */
  readonly stubble: number;
  /** Wrinkles and spots, 0 to 1. */
  readonly weathering: number;
  /** Strength of lash line and lashes. */
  readonly lashes: number;
  /** Decides mottle, strands and other fine paint. */
  readonly grain: number;
}

const lightest: Colour = [0.72, 0.47, 0.36];
const darkest: Colour = [0.105, 0.052, 0.033];

/** The looks of a person, drawn from a seed; what depends on sex, age and origin follows the identity. */
export function drawAppearance({ sex, age, origin }: Identity, seed: number): Appearance {
  const random = new Random(seed, "appearance");
  const male = sex > 0.5;
  const darkness = Math.min(1, Math.max(0, 0.12 * origin.caucasian + 0.28 * origin.asian + 0.8 * origin.african + random.normal(0.03, 0.1)));
  const warmth = random.normal(0, 0.04);
  const skin = [0, 1, 2].map((c) => lightest[c]! * (darkest[c]! / lightest[c]!) ** darkness * (1 + warmth * (1 - c))) as [number, number, number];
  const redness = random.between(0.5, 0.85);
  const lips: Colour = [skin[0] * random.between(0.82, 0.98), skin[1] * (1.05 - redness * 0.6), skin[2] * (1.15 - redness * 0.6)];
  const grey = Math.max(0, Math.min(1, (age - 0.4) * 2 + random.normal(0, 0.25))) * (age > 0.3 ? 1 : 0);
  const fair = random.uniform() ** 2 * origin.caucasian;
  const dark: Colour = [0.012 + 0.02 * random.uniform(), 0.009, 0.007];
  const blond: Colour = [0.36, 0.22, 0.1];
  const silver: Colour = [0.4, 0.4, 0.42];
  const mix = (a: Colour, b: Colour, share: number): Colour => [0, 1, 2].map((c) => a[c]! + (b[c]! - a[c]!) * share) as [number, number, number];
  const natural = mix(dark, blond, fair);
  const hair = mix(natural, silver, 0.8 * grey);
  const light = random.uniform() * origin.caucasian;
  const iris = light > 0.35 ? random.pick<Colour>([[0.1, 0.2, 0.32], [0.12, 0.2, 0.12], [0.18, 0.22, 0.25]]) : mix([0.03, 0.015, 0.008], [0.12, 0.06, 0.025], random.uniform());
  const bald = male && random.chance(0.08 + 0.25 * age);
  const style: HairStyle = bald ? "bald" : male ? random.pick<HairStyle>(["buzz", "short", "short", "full"]) : random.pick<HairStyle>(["short", "full", "long", "long", "long"]);
  return {
    skin,
    lips,
    iris,
    hair,
    brows: mix(natural, silver, 0.4 * grey),
    cloth: random.pick<Colour>([[0.05, 0.05, 0.06], [0.5, 0.5, 0.5], [0.06, 0.1, 0.25], [0.3, 0.05, 0.05], [0.1, 0.2, 0.12], [0.65, 0.62, 0.55]]),
    style,
    hairLine: random.normal(0, 0.05),
    recession: male ? Math.max(0, random.normal(0.03 + 0.15 * age, 0.06)) : 0,
    hairThickness: { bald: 0, buzz: 0.025, short: random.between(0.07, 0.12), full: random.between(0.14, 0.26), long: random.between(0.1, 0.17) }[style],
    hairLength: random.between(-0.3, 0.9),
    neckline: random.between(0, 0.5),
    browThickness: random.between(0.028, 0.045) * (male ? 1.25 : 0.9),
    browHeight: random.normal(0, 0.015),
    browDensity: random.between(0.55, 0.95),
    stubble: male ? Math.max(0, random.normal(0.25, 0.3)) : 0,
    weathering: age * random.between(0.5, 1),
    lashes: male ? random.between(0.3, 0.6) : random.between(0.6, 1),
    grain: random.seed(),
  };
}
