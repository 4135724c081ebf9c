// Texts of the kit that the frame says before any page stands: errors, counts, roles, themes.
import type { English } from "./language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  brand: "Throughline",

  "common.cancel": "Cancel",
  "common.comma": ", ",
  "common.copied": "Copied",
  "common.copyCommand": "Copy command",
  "common.copyDiagnostics": "Copy diagnostics",
  "common.retry": "Try again",

  "step.collect": "Collect",
  "step.identify": "Identify",
  "step.journey": "Journey",
  "step.find": "Find pain",
  "step.improve": "Improve",
  "step.prove": "Prove",
  "nav.sources": "Sources",
  "nav.traffic": "Traffic channels",
  "nav.customers": "Customers",
  "nav.journeys": "Journey maps",

  "sample.sample": "Sample data",
  "sample.sample.about": "This workspace holds public sample data. It is kept apart from your own data and never mixed with it.",
  "sample.simulated": "Simulated data",
  "sample.simulated.about": "Everything in this workspace is invented by the simulator: no real persons, and its pains were put in on purpose. It is kept apart from your own data.",

  "workspace.licence": "Licence",
  "workspace.origin": "Origin",
  "newWorkspace.title": "New workspace",

  "page.home": "Back to the start",

  "nav.overview": "Overview",

  "progress.label": "Progress of the query",
  "progress.rows": "{{done}} of {{total}} events read",
  "progress.begun": "Reading",

  "nav.live": "Live stream",
  "nav.rejections": "Rejected events",
  "nav.dictionary": "Data dictionary",

  "nav.imports": "Import files",

  "error.unexpected": "Something unexpected went wrong",
  "error.unexpected.remedy": "Reload the page and try again; if it stays so, hand the diagnostics to an administrator.",
  "error.unloaded": "The page did not load",
  "error.unloaded.remedy": "The connection may be gone, or the server was just updated. Load it again.",
  "error.http": "Something else than the server answered (HTTP {{status}})",
  "error.http.remedy": "Usually a reverse proxy on the way. Try again in a moment; if it stays so, an administrator should look at it, and whether the server runs.",
  "error.network": "The server does not answer",
  "error.network.remedy": "Check that throughline serve is running, then try again.",

  "nav.sites": "Store floors",
  "nav.pains": "Pain points",
  "nav.proposals": "Proposals",

  "nav.changes": "Before and after",

  "nav.segments": "Segments",
  "nav.personas": "Personas",

  "nav.members": "People & rights",
  "nav.keys": "Keys",
  "nav.audit": "Audit log",

  "role.viewer": "Viewer",
  "role.analyst": "Analyst",
  "role.editor": "Editor",
  "role.owner": "Owner",
  "role.administrator": "Administrator",

  "account.page": "My account",
  "accounts.title": "Accounts",

  "stores.only": "Only {{stores}}",
  "stores.more": "{{named}} and {{n}} more",
  "stores.customers": "Only what happened in your stores is shown: {{stores}}. What the customer did elsewhere is left out.",

  "nav.identity": "Identity review",
};

export default en;
