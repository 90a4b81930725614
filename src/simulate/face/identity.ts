/**
 * Who a face belongs to: the shape of a head, drawn from a seed.
 * @module
 */
import { Random } from "./random.js";
import type { Rig, Target } from "./rig.js";

/** What decides the shape of a head. */
export interface Identity {
  /** 0 = female, 1 = male. */
  readonly sex: number;
  /** 0 = young (about 25 years), 1 = old (about 80 years). */
  readonly age: number;
  /** Shares of MakeHuman's three bases; they add up to 1. */
  readonly origin: { readonly african: number; readonly asian: number; readonly caucasian: number };
  /** -1 = thin, 0 = average, 1 = heavy. */
  readonly weight: number;
  /** Weights of single features, by name of the target. */
  readonly details: ReadonlyMap<string, number>;
}

/** An identity drawn from a seed. `spread` scales how far single features leave the average; 1 when left out. */
export function drawIdentity(rig: Rig, seed: number, spread = 1): Identity {
  const random = new Random(seed, "identity");
  const male = random.chance(0.5);
  const sex = male ? random.between(0.75, 1) : random.between(0, 0.25);
  const age = Math.min(0.9, 0.75 * random.uniform() ** 1.5);
  // Mostly one base with a share of the others.
  const shares = [random.uniform(), random.uniform(), random.uniform()].map((share) => share ** 3 + 0.01);
  const sum = shares[0]! + shares[1]! + shares[2]!;
  const [african, asian, caucasian] = shares.map((share) => share / sum) as [number, number, number];
  const weight = Math.max(-1, Math.min(1, random.normal(0, 0.45)));
  const details = new Map<string, number>();
  for (const name of rig.details.keys()) {
    const own = Math.min(1, Math.max(0, random.normal(-0.15, 0.35) * spread));
    const twin = details.get(name.replace(/^r-/, "l-"));
    // Both sides share their features up to a little; asymmetry and what looks like an expression stay small.
    const value = name.startsWith("r-") && twin !== undefined ? twin * random.between(0.85, 1.15) : /^asym-|laugh-lines|dimples|mouth-angles/.test(name) ? 0.4 * own : own;
    if (value > 0.01) details.set(name, value);
  }
  return { sex, age, origin: { african, asian, caucasian }, weight, details };
}

/** The targets of an identity with their weights: MakeHuman's products of sex, age, origin and weight, and the details. */
export function identityTargets(rig: Rig, { sex, age, origin, weight, details }: Identity): [Target, number][] {
  const result: [Target, number][] = [];
  const sexes = { female: 1 - sex, male: sex };
  const ages = { young: 1 - age, old: age };
  const weights = { minweight: Math.max(0, -weight), averageweight: 1 - Math.abs(weight), maxweight: Math.max(0, weight) };
  const add = (target: Target | undefined, share: number): void => {
    if (target !== undefined && share !== 0) result.push([target, share]);
  };
  for (const [sexName, ofSex] of Object.entries(sexes)) {
    for (const [ageName, ofAge] of Object.entries(ages)) {
      for (const [originName, ofOrigin] of Object.entries(origin)) add(rig.macros.get(`${originName}-${sexName}-${ageName}`), ofSex * ofAge * ofOrigin);
      for (const [weightName, ofWeight] of Object.entries(weights)) {
        add(rig.macros.get(`universal-${sexName}-${ageName}-averagemuscle-${weightName}`), ofSex * ofAge * ofWeight);
      }
    }
  }
  for (const [name, value] of details) add(rig.details.get(name), value);
  return result;
}
