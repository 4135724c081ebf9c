// 「解释这个数字」抽屉的文字。
const zhCN = {
  "explain.label": "解释这个数字",
  "explain.meaning": "含义与依据",
  "explain.customers": "背后的客户",
  "explain.analysis": "分析定义",
  "explain.noFilters": "无",
  "explain.zone": "时区",
  "explain.later": "更晚的事件",
  "explain.laterValue_other": "{{n}} 个事件的时间更晚，未计入",
  "explain.snapshot": "数据快照",
  "explain.scanned": "计算",
  "explain.scannedValue": "{{read}}，未抽样",
  "explain.sql": "可复现的 SQL",
  "explain.sqlPart": "第 {{n}} 张表，共 {{of}} 张",
  "explain.copySql": "复制 SQL",
  "explain.behind": "{{customers}}，{{subjects}}",
  "explain.customerEvents": "{{n}} 个事件 · 最近 {{last}}",
};

export default zhCN;
