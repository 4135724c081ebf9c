// 界面部件的文字，外框未等页面就用得到的：报错、计数、角色、主题。
const zhCN = {
  brand: "动线 Throughline",

  "common.cancel": "取消",
  "common.comma": "、",
  "common.copied": "已复制",
  "common.copyCommand": "复制命令",
  "common.copyDiagnostics": "复制诊断信息",
  "common.retry": "重试",

  "step.collect": "采集",
  "step.identify": "识别",
  "step.journey": "旅程",
  "step.find": "找痛点",
  "step.improve": "优化",
  "step.prove": "验证",
  "nav.sources": "数据源",
  "nav.traffic": "流量渠道",
  "nav.customers": "客户",
  "nav.journeys": "旅程地图",

  "sample.sample": "示例数据",
  "sample.sample.about": "这个工作区装的是公开的示例数据，与您自己的数据分开存放，互不混合。",
  "sample.simulated": "模拟数据",
  "sample.simulated.about": "这个工作区里的一切都由模拟器生成：没有真实的人，痛点是有意放进去的。它与您自己的数据分开存放，互不混合。",

  "workspace.licence": "许可",
  "workspace.origin": "来源",
  "newWorkspace.title": "新建工作区",

  "page.home": "回到首页",

  "nav.overview": "总览",

  "progress.label": "查询进度",
  "progress.rows": "已读取 {{done}} / {{total}} 个事件",
  "progress.begun": "正在读取",

  "nav.live": "实时事件流",
  "nav.rejections": "拒收事件",
  "nav.dictionary": "数据字典",

  "nav.imports": "文件导入",

  "error.unexpected": "出了意料之外的问题",
  "error.unexpected.remedy": "请刷新页面再试；仍然如此时，请把诊断信息交给管理员。",
  "error.unloaded": "页面没有载入",
  "error.unloaded.remedy": "网络可能中断，或服务刚刚更新。请重新载入。",
  "error.http": "答复的不是本服务（HTTP {{status}}）",
  "error.http.remedy": "通常是中间的反向代理。请稍后重试；仍然如此时，请管理员检查代理，并确认服务正在运行。",
  "error.network": "连接不到服务器",
  "error.network.remedy": "请确认 throughline serve 正在运行，然后重试。",

  "nav.sites": "门店动线",
  "nav.pains": "痛点",
  "nav.proposals": "建议",

  "nav.changes": "前后对比",

  "nav.segments": "用户分群",
  "nav.personas": "人物画像",

  "nav.members": "成员与权限",
  "nav.keys": "密钥",
  "nav.audit": "审计日志",

  "role.viewer": "查看者",
  "role.analyst": "分析师",
  "role.editor": "编辑者",
  "role.owner": "所有者",
  "role.administrator": "管理员",

  "account.page": "我的账号",
  "accounts.title": "账号管理",

  "stores.only": "仅门店：{{stores}}",
  "stores.more": "{{named}} 等另 {{n}} 家",
  "stores.customers": "只显示发生在您的门店的事件：{{stores}}。客户在其他地方的行为不在其中。",

  "nav.identity": "身份核查",
};

export default zhCN;
