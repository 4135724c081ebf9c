// A number's place in an answer in words: 「步骤 › 加购 › 占上一步」, 「2024年3月 › 第 1 月 › 留存率」.
import { useTranslation } from "react-i18next";

import { useFormat } from "../../ui/format";
import { useAttributionInfo } from "./attributionInfo";
import type { Model } from "./attributionView";
import { useCalendarWords } from "./calendarWords";
import type { Named } from "./comparison";
import { columnOf, partsOf } from "./comparison";
import { useGroupWords } from "./groups";
import { useRetentionInfo } from "./retentionInfo";
import { useSpan } from "./span";
import { defaultView } from "./view";
import type { AskedView } from "./view";

/** `label`: a name of the data as people say it. */
export function useChangeWords(view: AskedView, label: (name: string) => string): (path: readonly string[]) => string {
  const { t, i18n } = useTranslation();
  const group = useGroupWords(view.by?.dimension);
  const named = useNames(view);
  const word = (text: string) => {
    // What an analysis calls its own goes before what all call alike.
    const key = [`answer.${view.kind}.${text}`, `answer.${text}`].find((each) => i18n.exists(each));
    return key === undefined ? label(text) : t(key as "answer.steps");
  };
  return (path) =>
    partsOf(view.kind, path)
      .map((part) => {
        if ("word" in part) return word(part.word);
        if ("group" in part) return group({ group: part.group });
        if ("value" in part) return group({ group: "value", value: part.value });
        return "named" in part ? named(part.named, part.name) : part.names.map(label).join(part.joined);
      })
      .join(" › ");
}

/** Names of lists over the calendar, of curves and of touches. */
function useNames(view: AskedView): (named: Named, name: string) => string {
  const { t } = useTranslation();
  const calendar = useCalendarWords();
  const format = useFormat();
  const span = useSpan();
  const retention = useRetentionInfo(view.kind === "retention" ? view : defaultView("retention"));
  const attribution = useAttributionInfo(view.kind === "attribution" ? view : defaultView("attribution"));
  const unit = "calendar" in view ? view.calendar : "day";
  const touch = (name: string) => attribution.touch(name === "other" ? null : name);
  return (named, name) => {
    switch (named) {
      case "cohort":
        return calendar.period(name, view.kind === "retention" ? (view.cohort ?? unit) : unit);
      case "period":
        return calendar.period(name, view.kind === "stickiness" ? view.per : unit);
      case "unit":
        return calendar.period(name, unit);
      case "column": {
        const column = columnOf(name);
        return column ? retention.column({ name, ...column }) : name;
      }
      case "units":
        return t(`span.of.${unit}`, { count: Number(name), n: name });
      case "curve":
        return name === "all" || name === "other" ? t(`groups.${name}`) : name;
      case "time":
        return t("survival.after", { time: span(name) });
      case "day":
        return format.day(name);
      case "touch":
        return touch(name);
      case "touches":
        return name.split(" → ").map(touch).join(" → ");
      case "model":
        return t(`model.${name as Model}`);
    }
  };
}
