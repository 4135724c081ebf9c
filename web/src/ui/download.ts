// Files made in the browser: handed to the person, and lines of cells as CSV.

/** Hands a file to the person. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by the time the click returns; the bytes may go a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Text that a spreadsheet would run as a formula; signed numbers are none. */
const FORMULA = /^[=@\t\r]|^[+-](?!\d+(\.\d+)?$)/;

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, with the mark that makes spreadsheets read it as UTF-8. */
export function csvOf(lines: readonly (readonly (string | number | null)[])[]): string {
  return `\ufeff${lines.map((line) => `${line.map(field).join(",")}\r\n`).join("")}`;
}

export function saveCsv(name: string, lines: readonly (readonly (string | number | null)[])[]): void {
  save(name, new Blob([csvOf(lines)], { type: "text/csv;charset=utf-8" }));
}
