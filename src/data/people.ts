/** "1 person", "12 people". */
export function people(count: number, kind = ""): string {
  return `${count} ${kind}${count === 1 ? "person" : "people"}`;
}
