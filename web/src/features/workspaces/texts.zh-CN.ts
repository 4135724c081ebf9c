// 新建工作区的文字。
const zhCN = {
  "newWorkspace.note": "每个工作区有自己的事件、客户、旅程和成员。建好以后，接入数据源或导入文件。",
  "newWorkspace.needs": "只有管理员可以新建工作区，请联系管理员。",
  "newWorkspace.name": "名称",
  "newWorkspace.nameHint": "例如品牌或事业部的名称。",
  "newWorkspace.id": "标识",
  "newWorkspace.idHint": "小写字母、数字和连字符。用于网址和命令，创建后不能修改。",
  "newWorkspace.idFault": "只能用小写字母、数字和连字符，并以字母或数字开头",
  "newWorkspace.idTaken": "已有这个标识的工作区",
  "newWorkspace.zone": "时区",
  "newWorkspace.zoneHint": "按它划分日、周、月。",
  "newWorkspace.currency": "币种",
  "newWorkspace.currencyHint": "事件中的金额，以及由此算出的数字，都以它计。",
  "newWorkspace.noCurrency": "不指定",
  "newWorkspace.make": "新建工作区",
};

export default zhCN;
