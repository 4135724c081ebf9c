// 应用外框的文字：导航、账户菜单、工作区。
const zhCN = {
  "shell.skip": "跳到主要内容",
  "shell.menu": "菜单",
  "shell.loop": "六步循环",
  "shell.language": "语言",
  "shell.theme": "主题",
  "theme.system": "跟随系统",
  "theme.light": "浅色",
  "theme.dark": "深色",

  "workspace.label": "工作区",
  "workspace.unknown": "没有名为「{{id}}」的工作区",
  "workspace.damaged": "无法读取",
  "workspace.damagedTitle": "无法读取此工作区的事件",
  "workspace.damagedHow": "其他工作区不受影响。以下命令列出全部损坏之处：",
  "workspace.none": "还没有工作区",
  "workspace.noneDemo": "先看看效果：一条命令装入示例数据并打开。",
  "workspace.noneOwn": "或者导入自己的事件文件，工作区会随之建立。",

  "page.unknown": "没有这个页面",

  "command.open": "搜索",

  "print.at": "打印于 {{when}}（{{zone}}）",

  "shortcuts.single": "启用单键快捷键（?）",

  "shared.unreadable": "这个链接无法打开",
  "shared.unreadableWhy": "它保存的视图来自更新的版本。请升级后再试，或向分享者索取新链接。",

  "nav.analyses": "分析",

  "shell.manage": "管理",
  "nav.system": "系统状态",

  "account.title": "账号",
  "account.open": "账号：{{name}}",
  "account.signOut": "退出登录",
  "account.roleHere": "在此工作区：{{role}}",
  "account.thisMachine": "本机 · 免登录",
  "account.openNote": "服务只在本机开放，不要求登录：能使用这台机器的人都是所有者。",
  "account.openHow": "要启用登录和权限，请停止服务，再这样启动：",
};

export default zhCN;
