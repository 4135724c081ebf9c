// What the map is compared with: another period, another group, another version, or another journey.
import { useQuery } from "@tanstack/react-query";
import { ListBox, ListBoxItem } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { journeysQuery, versionsQuery } from "../../api/queries";
import type { Journey, WorkspaceInfo } from "../../api/types";
import { Chooser } from "../../ui/Chooser";
import type { Page } from "../../ui/Chooser";
import type { Choice } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useGroupName } from "../../ui/scope/groupName";
import type { CompareChoice, Days } from "../../ui/scope/period";
import { chosenDays, comparedDays, dataDays } from "../../ui/scope/period";
import { daysPage, useDaysText, useGroupOptions } from "../../ui/scope/pickers";
import { isByPeriod } from "./view";
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
  const localized = useLocalized();
  const format = useFormat();
  const versions = useQuery(versionsQuery(workspace.id, view.journey)).data?.versions ?? [];
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys ?? [];
  const versionName = (n: number) => t("scope.versionN", { n });
  const journeyName = (id: string) => localized(journeys.find((journey) => journey.id === id)?.name) || id;
  const kinds: Exclude<CompareChoice["kind"], "fixed">[] = ["none", "previous", "year"];
  const hasEvents = (compared: Days | null) => compared !== null && data !== null && compared.to.compare(data.from) >= 0;
  const byPeriod = isByPeriod(compare) ? compare : null;
  const chosen = byPeriod && comparedDays(byPeriod, days);
  const periodName = (of: CompareChoice) => (of.kind === "fixed" && chosen ? daysText(chosen) : t(`compare.${of.kind === "fixed" ? "none" : of.kind}`));
  const closed = byPeriod
    ? periodName(byPeriod)
    : compare.kind === "group"
      ? name(compare.group)
      : compare.kind === "version"
        ? versionName(compare.version)
        : compare.kind === "journey"
          ? journeyName(compare.journey)
          : "";
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
  // Another version may have other stages, so it begins beside the map.
  const shown = view.version ?? versions[0]?.version;
  const otherVersions = versions
    .filter(({ version }) => version !== shown)
    .map(({ version, saved_at_us }) => ({ id: String(version), label: versionName(version), note: format.date(saved_at_us, workspace.zone) }));
  const otherJourneys = journeys.filter(({ id }) => id !== view.journey).map(({ id }) => ({ id, label: journeyName(id), note: id }));
  const maps = [
    ...listPage(t("versus.version"), compare.kind === "version" ? String(compare.version) : null, otherVersions, (id) =>
      onChange({ compare: { kind: "version", version: Number(id) }, layout: "beside" }),
    ),
    ...listPage(t("versus.journey"), compare.kind === "journey" ? compare.journey : null, otherJourneys, (journey) => onChange({ compare: { kind: "journey", journey } })),
  ];
  const against = options(compare.kind === "group" ? compare.group : null, (group) => onChange({ compare: { kind: "group", group } }));
  return (
    <Chooser
      label={t("scope.compare")}
      closed={closed}
      sections={[
        { options: none ? [none] : [] },
        { title: t("compare.byPeriod"), options: [...others, ...calendar] },
        { title: t("compare.byGroup"), options: against },
        ...(maps.length > 0 ? [{ title: t("versus.byMap"), options: maps }] : []),
      ]}
    />
  );
}

/** A page with a list; none where there is nothing to choose. */
function listPage(label: string, chosen: string | null, choices: readonly Choice[], onChoose: (id: string) => void): Page[] {
  if (choices.length === 0) return [];
  const page = (done: () => void) => (
    <ListBox
      aria-label={label}
      className="listbox"
      // It was opened to choose from.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus="first"
      selectionMode="single"
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === "all" ? [] : keys;
        if (key !== undefined) onChoose(String(key));
        done();
      }}
    >
      {choices.map(({ id, label: text, note }) => (
        <ListBoxItem key={id} id={id} textValue={text} className="option">
          <span className="check">{id === chosen ? "✓" : ""}</span>
          <span>{text}</span>
          {note !== undefined && <span className="option-note">{note}</span>}
        </ListBoxItem>
      ))}
    </ListBox>
  );
  return [{ label, chosen: chosen !== null, page }];
}
