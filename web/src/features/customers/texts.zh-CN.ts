// 客户的文字。
const zhCN = {
  "customers.note": "按标识查找一位客户，查看其跨渠道的完整时间线。",
  "customers.namespace": "标识类型（可不填）",
  "customers.anyNamespace": "任意",
  "customers.search": "查找",
  "customers.how": "输入一个完整的标识",
  "customers.howExact": "会员号、设备号、OpenID、手机号散列值等，须与数据里的写法完全一致。",
  "customers.howNumbers": "也可以在旅程地图上点开任意数字，从「背后的客户」进入。",
  "customers.found": "找到 {{n}} 位客户",
  "customers.nobody": "没有客户带有标识「{{value}}」",
  "customers.nobodyWhy": "查找是精确匹配，区分大小写。请检查写法，或清空标识类型再试。",
  "customers.customer": "客户",
  "customer.mark": "标注旅程",
  "customer.markNone": "不标注",
  "customer.older": "更早的事件",
  "customer.shown": "已显示 {{shown}} / {{all}} 个事件",
  "customer.more": "还有 {{n}} 项",
};

export default zhCN;
