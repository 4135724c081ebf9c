// What the map is compared with: another period, or another group.
import { useTranslation } from "react-i18next";

import type { Journey, WorkspaceInfo } from "../../api/types";
import { Chooser } from "../../ui/Chooser";
import { useGroupName } from "../../ui/scope/groupName";
import type { CompareChoice, Days } from "../../ui/scope/period";
import { chosenDays, comparedDays, dataDays } from "../../ui/scope/period";
import { daysPage, useDaysText, useGroupOptions } from "../../ui/scope/pickers";
import type { MapView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  definition: Journey | undefined;
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

export function ComparePicker({ workspace, definition, view, onChange }: Props) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const name = useGroupName(workspace.id, definition);
  const options = useGroupOptions({ workspace: workspace.id, definition });
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
