// 部件一览页的文字。
const zhCN = {
  "kit.title": "组件",
  "kit.note": "界面的全部控件及其状态，供开发与检查使用；内容均为虚构。",
  "kit.buttons": "按钮",
  "kit.choosing": "选择",
  "kit.one": "单选",
  "kit.several": "多选",
  "kit.pages": "分页选择",
  "kit.cannot": "暂不可选",
  "kit.days": "日期",
  "kit.tabs": "标签页",
  "kit.forms": "表单",
  "kit.texts": "文字与徽标",
  "kit.states": "状态",
  "kit.overlays": "弹出层",
  "kit.drawer": "抽屉",
  "kit.ask": "确认",
  "kit.numbers": "数字与表格",
  "kit.change": "变化",
  "kit.pictures": "图形",
};

export default zhCN;
