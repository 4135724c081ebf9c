// Texts of the frame: navigation, account menu, workspaces.
import type { English } from "../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "shell.skip": "Skip to main content",
  "shell.menu": "Menu",
  "shell.loop": "The loop",
  "shell.language": "Language",
  "shell.theme": "Theme",
  "theme.system": "System",
  "theme.light": "Light",
  "theme.dark": "Dark",

  "workspace.label": "Workspace",
  "workspace.unknown": "There is no workspace “{{id}}”",
  "workspace.damaged": "Cannot be read",
  "workspace.damagedTitle": "The events of this workspace cannot be read",
  "workspace.damagedHow": "The other workspaces are not affected. This lists all damage:",
  "workspace.none": "There is no workspace yet",
  "workspace.noneDemo": "To look around first: one command loads the samples and opens them.",
  "workspace.noneOwn": "Or import your own files of events; the workspace comes with them.",

  "page.unknown": "There is no such page",

  "command.open": "Search",

  "print.at": "printed {{when}} ({{zone}})",

  "shortcuts.single": "Single-key shortcuts (?)",

  "shared.unreadable": "This link cannot be opened",
  "shared.unreadableWhy": "The view it keeps is of a newer version. Update and try again, or ask for a new link.",

  "nav.analyses": "Analyses",

  "shell.manage": "Manage",
  "nav.system": "System",

  "account.title": "Account",
  "account.open": "Account: {{name}}",
  "account.signOut": "Sign out",
  "account.roleHere": "In this workspace: {{role}}",
  "account.thisMachine": "Local · no sign-in",
  "account.openNote": "The server listens on this machine only and asks nobody to sign in: anyone on this machine is the owner.",
  "account.openHow": "To turn on sign-in and rights, stop the server and start it like this:",
};

export default en;
