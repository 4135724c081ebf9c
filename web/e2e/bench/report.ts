// Puts what was measured into docs/reference/performance*.md: a block between markers is replaced whole, a new one goes before
// `<!-- measurements end here -->`. The blocks of the other benchmarks are left alone (`benches/compare/report.py`).
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

const DOCUMENTS = join(import.meta.dirname, "../../../docs/reference");
const ENDS = "<!-- measured end -->";
const ENDS_HERE = "<!-- measurements end here -->";
const LANGUAGES = { en: "performance.md", "zh-CN": "performance.zh-CN.md" } as const;

type Language = keyof typeof LANGUAGES;
export type Said = Record<Language, string>;

export interface Row {
  what: Said;
  /** Milliseconds, one a run. */
  runs: number[];
}

/** Sorted into the middle: of an even number the lower one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Load of the machine when a part began, to be stated with its numbers. */
export const loadNow = () => loadavg()[0] ?? 0;

export function report(key: string, title: Said, browser: string, loadBefore: number, rows: readonly Row[]): void {
  const machine = `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} × CPU, ${Math.round(totalmem() / 2 ** 30)} GB; Chromium ${browser}`;
  const [before, after] = [loadBefore.toFixed(1), loadNow().toFixed(1)];
  const runs = Math.max(...rows.map((row) => row.runs.length));
  const words: Record<Language, { head: string; columns: string[] }> = {
    en: { head: `${machine}; load ${before} before and ${after} after; ${runs} runs.`, columns: ["ms", "median", "least", "most"] },
    "zh-CN": { head: `${machine}；负载测前 ${before}、测后 ${after}；共 ${runs} 次。`, columns: ["毫秒", "中位数", "最小", "最大"] },
  };
  for (const [language, name] of Object.entries(LANGUAGES) as [Language, string][]) {
    const { head, columns } = words[language];
    const table = [columns, columns.map((_, index) => (index === 0 ? "---" : "--:")), ...rows.map((row) => [row.what[language], ...[median(row.runs), Math.min(...row.runs), Math.max(...row.runs)].map((ms) => ms.toFixed(ms < 100 ? 1 : 0))])];
    const block = `<!-- measured web ${key} -->\n### ${title[language]}\n\n${head}\n\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n${ENDS}`;
    const path = join(DOCUMENTS, name);
    writeFileSync(path, replaced(readFileSync(path, "utf8"), `<!-- measured web ${key} -->`, block));
    if (language === "en") process.stdout.write(`${block}\n`);
  }
}

function replaced(document: string, begins: string, block: string): string {
  const start = document.indexOf(begins);
  if (start < 0) return document.replace(ENDS_HERE, () => `${block}\n\n${ENDS_HERE}`);
  const end = document.indexOf(ENDS, start) + ENDS.length;
  return document.slice(0, start) + block + document.slice(end);
}
