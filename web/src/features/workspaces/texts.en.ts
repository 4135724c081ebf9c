// Texts of making a workspace.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "newWorkspace.note": "Each workspace holds its own events, customers, journeys and members. After it is made, set up its sources or import files.",
  "newWorkspace.needs": "Only administrators make workspaces. Ask one of them.",
  "newWorkspace.name": "Name",
  "newWorkspace.nameHint": "For example the name of the brand or the business unit.",
  "newWorkspace.id": "Id",
  "newWorkspace.idHint": "Small letters, digits and hyphens. Stands in addresses and commands and cannot be changed later.",
  "newWorkspace.idFault": "Only small letters, digits and hyphens, beginning with a letter or a digit",
  "newWorkspace.idTaken": "There is a workspace of this id already",
  "newWorkspace.zone": "Time zone",
  "newWorkspace.zoneHint": "Days, weeks and months are counted in it.",
  "newWorkspace.currency": "Currency",
  "newWorkspace.currencyHint": "Of amounts in events, and of the figures made of them.",
  "newWorkspace.noCurrency": "None",
  "newWorkspace.make": "Make the workspace",
};

export default en;
