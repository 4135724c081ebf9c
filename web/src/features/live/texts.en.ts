// Texts of the live stream.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "live.note": "Events show here as they arrive, so that you see whether a set-up works. They only pass by; the whole history is in analyses and customers.",
  "live.pause": "Pause",
  "live.resume": "Resume",
  "live.resumeN": "Resume ({{n}} new)",
  "live.filter": "Filter",
  "live.what": "Scope",
  "live.everything": "Everything",
  "live.onlyRejected": "Rejected only",
  "live.arrivals": "Arrived events",
  "live.time": "Happened",
  "live.event": "Event",
  "live.channel": "Channel",
  "live.who": "Identifier",
  "live.gist": "Content",
  "live.refused": "Rejected",
  "live.late": "late",
  "live.columns": "Typed columns",
  "live.traits": "Traits",
  "live.props": "Other properties",
  "live.copy": "Copy as JSON",
  "live.toCustomer": "Open customer {{id}}",
  "live.toRejections": "Handle under “Rejected events”",
  "live.toSources": "Set up a source",
  "live.said": "Received {{events}} events, {{rejections}} rejected",
  "live.shown": "The newest {{n}} are shown, {{max}} at most.",
  "live.passedOver": "At least {{n}} more arrived faster than is shown here. They are handled like the others.",
  "live.none": "No event has arrived yet",
  "live.connecting": "Connecting to the live stream…",
  "live.noneHow": "Add a source and put its code into your website, app or server: events show here within a second.",
  "live.noMatch": "None of what arrived lately passes the filter",
  "live.clear": "Clear the filter",
  "live.connection.connecting": "Connecting…",
  "live.connection.open": "Connected",
  "live.connection.lost": "Connection lost, will try again",
  "live.retry": "Reconnect now",
};

export default en;
