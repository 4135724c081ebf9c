// Texts of the drawer that explains a number.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "explain.label": "Explain this number",
  "explain.meaning": "Meaning and basis",
  "explain.customers": "Customers behind it",
  "explain.analysis": "The analysis",
  "explain.noFilters": "none",
  "explain.zone": "Time zone",
  "explain.later": "Later events",
  "explain.laterValue_one": "{{n}} event is dated later and not counted",
  "explain.laterValue_other": "{{n}} events are dated later and not counted",
  "explain.snapshot": "Snapshot",
  "explain.scanned": "Computation",
  "explain.scannedValue": "{{read}}, not sampled",
  "explain.sql": "SQL that reproduces it",
  "explain.sqlPart": "Table {{n}} of {{of}}",
  "explain.copySql": "Copy SQL",
  "explain.behind": "{{customers}}, {{subjects}}",
  "explain.customerEvents": "Events: {{n}} · last {{last}}",
};

export default en;
