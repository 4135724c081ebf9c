// Texts of the page that shows the kit.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "kit.title": "Components",
  "kit.note": "Every control of the interface in its states, for building and checking; what it shows is invented.",
  "kit.buttons": "Buttons",
  "kit.choosing": "Choosing",
  "kit.one": "One of several",
  "kit.several": "Several",
  "kit.pages": "With pages",
  "kit.cannot": "cannot be taken",
  "kit.days": "Days",
  "kit.tabs": "Tabs",
  "kit.forms": "Forms",
  "kit.texts": "Texts and badges",
  "kit.states": "States",
  "kit.overlays": "Overlays",
  "kit.drawer": "Drawer",
  "kit.ask": "Question",
  "kit.numbers": "Numbers and tables",
  "kit.change": "Change",
  "kit.rights": "Rights and undoing",
  "kit.scope": "Scope and saving",
  "kit.answer": "Answers",
  "kit.drafts": "Drafts",
  "kit.save": "Save a version",
  "kit.leave": "Ask before leaving",
  "kit.files": "Files and steps",
  "kit.next": "Next step",
  "kit.identity": "Identity",
  "kit.pictures": "Pictures",
};

export default en;
