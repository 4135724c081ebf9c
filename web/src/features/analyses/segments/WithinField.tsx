// When events have to have happened: ever, lately, longer ago, between two ages, or on fixed days.
import { parseDate } from "@internationalized/date";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../../api/types";
import { Chooser } from "../../../ui/Chooser";
import { Picker } from "../../../ui/Controls";
import { dataDays, periodOf } from "../../../ui/scope/period";
import { daysPage, useDaysText } from "../../../ui/scope/pickers";
import { SpanField } from "../../../ui/SpanField";
import type { Window } from "./who";
import { daysIn } from "./within";

interface Props {
  workspace: WorkspaceInfo;
  within: Window;
  /** Whether it may be left open; *first* and *last* need a time. */
  mayBeEver: boolean;
  onChange: (within: Window) => void;
}

type Way = "ever" | "last" | "before" | "between" | "days";
const SPAN = "30d";
const OLDER = "60d";

function wayOf(within: Window): Way {
  if (within.from_us != null || within.to_us != null) return "days";
  if (within.last != null) return within.before != null ? "between" : "last";
  return within.before != null ? "before" : "ever";
}

export function WithinField({ workspace, within, mayBeEver, onChange }: Props) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const way = wayOf(within);
  const data = dataDays(workspace);
  const ways: Way[] = [...(mayBeEver ? (["ever"] as const) : []), "last", "before", "between", ...(data ? (["days"] as const) : [])];
  const become = (next: Way) => {
    if (next === "ever") return onChange({});
    if (next === "last") return onChange({ last: within.last ?? SPAN });
    if (next === "before") return onChange({ before: within.before ?? SPAN });
    if (next === "between") return onChange({ before: within.before ?? SPAN, last: within.last ?? OLDER });
    if (data) onChange(periodOf(data, workspace.zone));
  };
  const days = daysIn(within, workspace.zone);
  const sides = { from: days?.from ?? data?.from, to: days?.to ?? data?.to };
  const shown = sides.from && sides.to ? { from: sides.from, to: sides.to } : null;
  return (
    <span className="within">
      <Picker label={t("who.when")} value={way} choices={ways.map((id) => ({ id, label: t(`who.when.${id}`) }))} onChange={become} />
      {(way === "before" || way === "between") && within.before != null && (
        <SpanField label={t("who.atLeast")} span={within.before} onChange={(before) => onChange({ ...within, before })} />
      )}
      {(way === "last" || way === "between") && within.last != null && (
        <SpanField label={t(way === "last" ? "who.atMost" : "who.younger")} span={within.last} onChange={(last) => onChange({ ...within, last })} />
      )}
      {way === "days" && shown && (
        <Chooser
          label={t("who.days")}
          closed={daysText(shown)}
          sections={[
            {
              options: daysPage(t("period.custom"), t("who.days"), true, shown, data, (from, to) =>
                onChange(periodOf({ from: parseDate(from), to: parseDate(to) }, workspace.zone)),
              ),
            },
          ]}
        />
      )}
    </span>
  );
}
