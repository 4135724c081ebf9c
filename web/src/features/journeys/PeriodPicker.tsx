// Periods: presets from the workspace's own range of time, and any range of days. The calendar is loaded when
// somebody opens it.
import { ChevronDown } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import type { CompareChoice, Days, PeriodChoice } from "./period";
import { LAST_DAYS, chosenDays, comparedDays, dataDays, dayCount } from "./period";
import type { MapView } from "./view";

const DayRange = lazy(() => import("../../ui/DayRange"));

interface Props {
  workspace: WorkspaceInfo;
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

function useDaysText(): (days: Days) => string {
  const format = useFormat();
  const text = (day: Days["from"]) => format.date(day.toDate("UTC").getTime() * 1000, "UTC");
  return (days) => (days.from.compare(days.to) === 0 ? text(days.from) : `${text(days.from)} – ${text(days.to)}`);
}

export function PeriodPicker({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const data = dataDays(workspace);
  const days = chosenDays(view.period, workspace);
  const { period } = view;
  const closed =
    period.kind === "all" ? t("period.all") : period.kind === "last" ? t("period.last", { days: period.days }) : days ? daysText(days) : "";
  const choices: { choice: PeriodChoice; label: string; note: string }[] = [
    { choice: { kind: "all" }, label: t("period.all"), note: data ? daysText(data) : "" },
    ...LAST_DAYS.filter((length) => data !== null && length < dayCount(data)).map((length) => {
      const choice = { kind: "last", days: length } as const;
      const covered = chosenDays(choice, workspace);
      return { choice, label: t("period.last", { days: length }), note: covered ? daysText(covered) : "" };
    }),
  ];
  return (
    <Chooser
      label={t("scope.period")}
      closed={closed}
      choices={choices.map(({ choice, label, note }) => ({
        label,
        note,
        chosen: choice.kind === period.kind && (choice.kind !== "last" || period.kind !== "last" || choice.days === period.days),
        choose: () => onChange({ period: choice, ...(choice.kind === "all" ? { compare: { kind: "none" } } : {}) }),
      }))}
      days={days ?? data}
      limits={data}
      onDays={(from, to) => onChange({ period: { kind: "fixed", from, to } })}
    />
  );
}

export function ComparePicker({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const days = chosenDays(view.period, workspace);
  const data = dataDays(workspace);
  const { compare } = view;
  const kinds: Exclude<CompareChoice["kind"], "fixed">[] = ["none", "previous", "year"];
  const hasEvents = (compared: Days | null) => compared !== null && data !== null && compared.to.compare(data.from) >= 0;
  const chosen = comparedDays(compare, days);
  return (
    <Chooser
      label={t("scope.compare")}
      closed={compare.kind === "fixed" && chosen ? daysText(chosen) : t(`compare.${compare.kind === "fixed" ? "none" : compare.kind}`)}
      choices={kinds.map((kind) => {
        const compared = comparedDays({ kind }, days);
        return {
          label: t(`compare.${kind}`),
          note: kind === "none" ? "" : compared === null ? t("compare.needsPeriod") : hasEvents(compared) ? daysText(compared) : t("compare.noEvents"),
          chosen: compare.kind === kind,
          ...(kind === "none" || hasEvents(compared) ? { choose: () => onChange({ compare: { kind } }) } : {}),
        };
      })}
      days={chosen ?? data}
      limits={data}
      onDays={(from, to) => onChange({ compare: { kind: "fixed", from, to } })}
    />
  );
}

interface ChooserProps {
  label: string;
  closed: string;
  /** Without `choose` a choice is shown but cannot be taken; its note says why. */
  choices: { label: string; note: string; chosen: boolean; choose?: () => void }[];
  days: Days | null;
  limits: Days | null;
  onDays: (from: string, to: string) => void;
}

function Chooser({ label, closed, choices, days, limits, onDays }: ChooserProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [custom, setCustom] = useState(false);
  const toggle = (next: boolean) => {
    setOpen(next);
    setCustom(false);
  };
  return (
    <div className="field">
      <span className="field-label" aria-hidden>
        {label}
      </span>
      <DialogTrigger isOpen={open} onOpenChange={toggle}>
        <AriaButton className="button select-button" aria-label={`${label}: ${closed}`}>
          <span className="select-value">{closed}</span>
          <ChevronDown size={14} aria-hidden />
        </AriaButton>
        <Popover className="popover" offset={4}>
          <Dialog className="chooser" aria-label={label}>
            {custom && days && limits ? (
              <Suspense fallback={<div className="skeleton chooser-calendar" />}>
                <DayRange
                  label={label}
                  from={days.from}
                  to={days.to}
                  min={limits.from}
                  max={limits.to}
                  onChange={(from, to) => {
                    onDays(from.toString(), to.toString());
                    toggle(false);
                  }}
                />
              </Suspense>
            ) : (
              <ul className="listbox">
                {choices.map((choice) => (
                  <li key={choice.label}>
                    <AriaButton
                      className="option option-button"
                      aria-pressed={choice.chosen}
                      isDisabled={!choice.choose}
                      onPress={() => {
                        choice.choose?.();
                        toggle(false);
                      }}
                    >
                      <span className="check">{choice.chosen ? "✓" : ""}</span>
                      <span>{choice.label}</span>
                      <span className="option-note">{choice.note}</span>
                    </AriaButton>
                  </li>
                ))}
                {limits && (
                  <li>
                    <AriaButton className="option option-button" onPress={() => setCustom(true)}>
                      <span className="check" />
                      <span>{t("period.custom")}</span>
                    </AriaButton>
                  </li>
                )}
              </ul>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
