// Periods and groups to ask about: when, and of whom. The calendar and the lists of values are loaded when somebody
// opens them.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import type { Journey, WorkspaceInfo } from "../../api/types";
import { useFormat } from "../format";
import { Chooser } from "../Chooser";
import type { Option, Page } from "../Chooser";
import { EVERYONE, sameGroup } from "./group";
import type { Group } from "./group";
import { useGroupName } from "./groupName";
import type { Days, PeriodChoice } from "./period";
import { LAST_DAYS, chosenDays, dataDays, dayCount } from "./period";

const DayRange = lazy(() => import("../DayRange"));
const GroupChooser = lazy(() => import("./GroupChooser"));
const SegmentChooser = lazy(() => import("./SegmentChooser"));

export function useDaysText(): (days: Days) => string {
  const format = useFormat();
  const text = (day: Days["from"]) => format.date(day.toDate("UTC").getTime() * 1000, "UTC");
  return (days) => (days.from.compare(days.to) === 0 ? text(days.from) : `${text(days.from)} – ${text(days.to)}`);
}

interface PeriodProps {
  workspace: WorkspaceInfo;
  period: PeriodChoice;
  /** What it is the period of; starts, where it is not said. */
  label?: string;
  onChange: (period: PeriodChoice) => void;
}

export function PeriodPicker({ workspace, period, label, onChange }: PeriodProps) {
  const { t } = useTranslation();
  const name = label ?? t("scope.period");
  const daysText = useDaysText();
  const data = dataDays(workspace);
  const days = chosenDays(period, workspace);
  const closed =
    period.kind === "all" ? t("period.all") : period.kind === "last" ? t("period.last", { count: period.days }) : days ? daysText(days) : "";
  const choices: { choice: PeriodChoice; label: string; note: string }[] = [
    { choice: { kind: "all" }, label: t("period.all"), note: data ? daysText(data) : "" },
    ...LAST_DAYS.filter((length) => data !== null && length < dayCount(data)).map((length) => {
      const choice = { kind: "last", days: length } as const;
      const covered = chosenDays(choice, workspace);
      return { choice, label: t("period.last", { count: length }), note: covered ? daysText(covered) : "" };
    }),
  ];
  const options = choices.map(({ choice, ...said }) => ({
    ...said,
    chosen: choice.kind === period.kind && (choice.kind !== "last" || period.kind !== "last" || choice.days === period.days),
    choose: () => onChange(choice),
  }));
  const calendar = daysPage(t("period.custom"), name, period.kind === "fixed", days ?? data, data, (from, to) =>
    onChange({ kind: "fixed", from, to }),
  );
  return <Chooser label={name} closed={closed} sections={[{ options: [...options, ...calendar] }]} />;
}

/** A page with a calendar; none where there is no data. */
export function daysPage(
  label: string,
  of: string,
  chosen: boolean,
  days: Days | null,
  limits: Days | null,
  onDays: (from: string, to: string) => void,
): Page[] {
  if (!days || !limits) return [];
  const page = (done: () => void) => (
    <DayRange
      label={of}
      from={days.from}
      to={days.to}
      min={limits.from}
      max={limits.to}
      onChange={(from, to) => {
        onDays(from.toString(), to.toString());
        done();
      }}
    />
  );
  return [{ label, chosen, page }];
}

interface GroupsOf {
  workspace: string;
  /** Whose personas can be chosen; none where no journey is asked about. */
  definition: Journey | undefined;
}

/** Pages and options to choose a group by. */
export function useGroupOptions({ workspace, definition }: GroupsOf): (chosen: Group | null, onGroup: (group: Group) => void) => (Page | Option)[] {
  const { t } = useTranslation();
  const name = useGroupName(workspace, definition);
  return (chosen, onGroup) => {
    const is = (group: Group) => chosen !== null && sameGroup(group, chosen);
    const personas = (definition?.personas ?? []).map((persona) => {
      const group: Group = { by: "persona", persona: persona.id };
      const known = (persona.customers ?? []).length > 0;
      return { label: name(group), note: t(known ? "group.persona" : "basis.assumption"), chosen: is(group), ...(known ? { choose: () => onGroup(group) } : {}) };
    });
    const bySegment: Page = {
      label: t("group.bySegment"),
      chosen: chosen?.by === "segment",
      page: (done) => (
        <SegmentChooser
          workspace={workspace}
          chosen={chosen}
          onChoose={(group) => {
            onGroup(group);
            done();
          }}
        />
      ),
    };
    const byValue: Page = {
      label: t("group.byValue"),
      chosen: chosen?.by === "value",
      page: (done) => (
        <GroupChooser
          workspace={workspace}
          chosen={chosen}
          onChoose={(group) => {
            onGroup(group);
            done();
          }}
        />
      ),
    };
    return [{ label: t("group.everyone"), note: "", chosen: is(EVERYONE), choose: () => onGroup(EVERYONE) }, ...personas, bySegment, byValue];
  };
}

export function GroupPicker({ group, onChange, ...of }: GroupsOf & { group: Group; onChange: (group: Group) => void }) {
  const { t } = useTranslation();
  const name = useGroupName(of.workspace, of.definition);
  const options = useGroupOptions(of);
  return <Chooser label={t("scope.of")} closed={name(group)} sections={[{ options: options(group, onChange) }]} />;
}
