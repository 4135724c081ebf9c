// Texts of what was rejected.
import type { English } from "../../ui/language";
import type zhCN from "./texts.zh-CN";

const en: English<typeof zhCN> = {
  "rejections.note": "Messages that could not become events are kept here as they were sent. Once rules or senders are mended, replay them: what passes becomes events, the rest stays with its new reason.",
  "rejections.none": "No event was rejected",
  "rejections.noneWhat": "Every message that arrived became an event.",
  "rejections.noMatch": "No message passes the filter",
  "rejections.reasons": "Reasons",
  "rejections.allReasons": "All reasons",
  "rejections.reason": "Reason",
  "rejections.count": "Messages",
  "rejections.mend": "Replay",
  "rejections.replayAll": "Replay all",
  "rejections.replayOf": "Replay all: {{reason}}",
  "rejections.replayChosen": "Replay chosen ({{n}})",
  "rejections.replaying": "Replaying…",
  "rejections.replayed": "Replayed: {{read}} read, {{accepted}} accepted, {{rejected}} still rejected.",
  "rejections.messages": "Messages",
  "rejections.choose": "Choose the message of {{when}}",
  "rejections.chooseAll": "Choose all",
  "rejections.openOf": "See the message of {{when}} as it was sent",
  "rejections.state": "State",
  "rejections.open": "open",
  "rejections.done": "replayed {{when}}",
  "rejections.older": "Older ones",
  "rejections.dropped": "Older messages are not kept any more, because there were too many: {{n}} so far.",
};

export default en;
