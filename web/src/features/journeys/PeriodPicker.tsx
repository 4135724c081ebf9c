// Periods and groups: when the journeys started, whose they are, and what the map is compared with. The calendar and
// the lists of values are loaded when somebody opens them.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import type { Journey, WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Chooser } from "./Chooser";
import type { Page } from "./Chooser";
import { EVERYONE, sameGroup } from "./group";
import type { Group } from "./group";
import { useGroupName } from "./groupName";
import type { CompareChoice, Days, PeriodChoice } from "./period";
import { LAST_DAYS, chosenDays, comparedDays, dataDays, dayCount } from "./period";
import type { MapView } from "./view";

const DayRange = lazy(() => import("../../ui/DayRange"));
const GroupChooser = lazy(() => import("./GroupChooser"));

interface Props {
  workspace: WorkspaceInfo;
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

export function useDaysText(): (days: Days) => string {
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
    period.kind === "all" ? t("period.all") : period.kind === "last" ? t("period.last", { count: period.days }) : days ? daysText(days) : "";
  const choices: { choice: PeriodChoice; label: string; note: string }[] = [
    { choice: { kind: "all" }, label: t("period.all"), note: data ? daysText(data) : "" },
    ...LAST_DAYS.filter((length) => data !== null && length < dayCount(data)).map((length) => {
      const choice = { kind: "last", days: length } as const;
      const covered = chosenDays(choice, workspace);
      return { choice, label: t("period.last", { count: length }), note: covered ? daysText(covered) : "" };
    }),
  ];
  const options = choices.map(({ choice, label, note }) => ({
    label,
    note,
    chosen: choice.kind === period.kind && (choice.kind !== "last" || period.kind !== "last" || choice.days === period.days),
    // All of time has no period before it; another group can still be compared with.
    choose: () => onChange({ period: choice, ...(choice.kind === "all" && view.compare.kind !== "group" ? { compare: { kind: "none" } } : {}) }),
  }));
  const calendar = daysPage(t("period.custom"), t("scope.period"), period.kind === "fixed", days ?? data, data, (from, to) =>
    onChange({ period: { kind: "fixed", from, to } }),
  );
  return <Chooser label={t("scope.period")} closed={closed} sections={[{ options: [...options, ...calendar] }]} />;
}

/** A page with a calendar; none where there is no data. */
function daysPage(
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

interface GroupProps extends Props {
  definition: Journey | undefined;
}

/** Pages and options to choose a group by. */
function useGroupSections({ workspace, definition }: GroupProps): (chosen: Group | null, onGroup: (group: Group) => void) => (Page | { label: string; note: string; chosen: boolean; choose?: () => void })[] {
  const { t } = useTranslation();
  const name = useGroupName(definition);
  return (chosen, onGroup) => {
    const is = (group: Group) => chosen !== null && sameGroup(group, chosen);
    const personas = (definition?.personas ?? []).map((persona) => {
      const group: Group = { by: "persona", persona: persona.id };
      const known = (persona.customers ?? []).length > 0;
      return { label: name(group), note: t(known ? "group.persona" : "basis.assumption"), chosen: is(group), ...(known ? { choose: () => onGroup(group) } : {}) };
    });
    const byValue: Page = {
      label: t("group.byValue"),
      chosen: chosen?.by === "value",
      page: (done) => (
        <GroupChooser
          workspace={workspace.id}
          chosen={chosen}
          onChoose={(group) => {
            onGroup(group);
            done();
          }}
        />
      ),
    };
    return [{ label: t("group.everyone"), note: "", chosen: is(EVERYONE), choose: () => onGroup(EVERYONE) }, ...personas, byValue];
  };
}

export function GroupPicker(props: GroupProps) {
  const { t } = useTranslation();
  const name = useGroupName(props.definition);
  const options = useGroupSections(props);
  const { view, onChange } = props;
  return <Chooser label={t("scope.of")} closed={name(view.of)} sections={[{ options: options(view.of, (of) => onChange({ of })) }]} />;
}

export function ComparePicker(props: GroupProps) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const name = useGroupName(props.definition);
  const options = useGroupSections(props);
  const { workspace, view, onChange } = props;
  const days = chosenDays(view.period, workspace);
  const data = dataDays(workspace);
  const { compare } = view;
  const kinds: Exclude<CompareChoice["kind"], "fixed">[] = ["none", "previous", "year"];
  const hasEvents = (compared: Days | null) => compared !== null && data !== null && compared.to.compare(data.from) >= 0;
  const chosen = compare.kind === "group" ? null : comparedDays(compare, days);
  const closed =
    compare.kind === "group" ? name(compare.group) : compare.kind === "fixed" && chosen ? daysText(chosen) : t(`compare.${compare.kind === "fixed" ? "none" : compare.kind}`);
  const periods = kinds.map((kind) => {
    const compared = comparedDays({ kind }, days);
    return {
      label: t(`compare.${kind}`),
      note: kind === "none" ? "" : compared === null ? t("compare.needsPeriod") : hasEvents(compared) ? daysText(compared) : t("compare.noEvents"),
      chosen: compare.kind === kind,
      ...(kind === "none" || hasEvents(compared) ? { choose: () => onChange({ compare: { kind } }) } : {}),
    };
  });
  const [none, ...others] = periods;
  const calendar = daysPage(t("period.custom"), t("scope.compare"), compare.kind === "fixed", chosen ?? data, data, (from, to) =>
    onChange({ compare: { kind: "fixed", from, to } }),
  );
  const against = options(compare.kind === "group" ? compare.group : null, (group) => onChange({ compare: { kind: "group", group } }));
  return (
    <Chooser
      label={t("scope.compare")}
      closed={closed}
      sections={[
        { options: none ? [none] : [] },
        { title: t("compare.byPeriod"), options: [...others, ...calendar] },
        { title: t("compare.byGroup"), options: against },
      ]}
    />
  );
}
