// Texts of the command menu and the shortcuts.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "command.title": "Search and commands",
  "command.placeholder": "Pages, journeys, segments, pain points, a customer’s name or identifier…",
  "command.results": "Results",
  "command.none": "Nothing found. Try initials, or a customer’s name or identifier.",
  "command.count": "{{n}} results",
  "command.found": "Results",
  "command.customers": "Customers",
  "command.recent": "Used lately",
  "command.pages": "Pages",
  "command.actions": "Actions",
  "command.kind.page": "Page",
  "command.kind.action": "Action",
  "command.kind.analysis": "Analysis",
  "command.kind.journey": "Journey",
  "command.kind.segment": "Segment",
  "command.kind.view": "Saved view",
  "command.kind.pain": "Pain point",
  "command.kind.source": "Source",
  "command.kind.site": "Site",
  "command.kind.workspace": "Workspace",
  "command.kind.customer": "Customer",
  "command.language": "Change to Chinese",
  "command.theme": "Theme: {{theme}}",
  "command.print": "Print this page",

  "shortcuts.title": "Keyboard shortcuts",
  "shortcuts.everywhere": "On every page",
  "shortcuts.menu": "Open or close search and commands",
  "shortcuts.thisList": "This list",
  "shortcuts.shut": "Close what popped up",
  "shortcuts.next": "To the next thing to work with; with Shift, back",
  "shortcuts.lists": "Charts, tables and lists",
  "shortcuts.walk": "Move between shapes, cells or choices",
  "shortcuts.ends": "To the first or the last",
  "shortcuts.choose": "choose",
  "shortcuts.openIt": "open",
  "shortcuts.identity": "Identity review",
  "shortcuts.cases": "Next case, case before",
  "shortcuts.sql": "SQL",
  "shortcuts.runSql": "Run",
  "shortcuts.singleWhy": "With speech input a single character can be typed without meaning to, so they can be turned off. The identity review has a switch of its own.",
};

export default en;
