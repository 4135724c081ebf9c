// Values of the data as a person reads them.

/** Fractions to twelve digits: sums of cents lose the tail that binary numbers give them. Ids stay whole. */
function tidy(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;
}

/** A value as a person reads it. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value, tidy) : String(tidy("", value));
}
