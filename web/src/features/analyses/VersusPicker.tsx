// What an analysis is compared with: another period, another channel, or other people.
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Chooser } from "../../ui/Chooser";
import { useGroupName } from "../../ui/scope/groupName";
import type { CompareChoice, Days } from "../../ui/scope/period";
import { chosenDays, comparedDays, dataDays } from "../../ui/scope/period";
import { daysPage, useDaysText, useGroupOptions } from "../../ui/scope/pickers";
import type { AskedView } from "./view";
import { comparesPeriods } from "./versus";
import type { Versus } from "./versus";

type Place = WorkspaceInfo;

/** What the two sides are called, in the words in which they differ. */
export function useSides(workspace: string): (view: AskedView, place: Place) => { own: string; other: string } {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const channel = useChannelName();
  const group = useGroupName(workspace, undefined);
  const channels = (of: readonly string[]) => (of.length === 0 ? t("scope.allChannels") : of.map(channel).join(t("common.comma")));
  return (view, place) => {
    const { versus } = view;
    if (versus.kind === "group") return { own: group(view.of), other: group(versus.group) };
    if (versus.kind === "channels") return { own: channels(view.channels), other: channels(versus.channels) };
    const days = chosenDays(view.period, place);
    const other = comparedDays(versus, days);
    return { own: days ? daysText(days) : t("period.all"), other: other ? daysText(other) : "" };
  };
}

export function VersusPicker({ workspace, view, onChange }: { workspace: Place; view: AskedView; onChange: (versus: Versus) => void }) {
  const { t } = useTranslation();
  const daysText = useDaysText();
  const channel = useChannelName();
  const sides = useSides(workspace.id);
  const options = useGroupOptions({ workspace: workspace.id, definition: undefined });
  const days = chosenDays(view.period, workspace);
  const data = dataDays(workspace);
  const { versus } = view;
  const byPeriod = comparesPeriods(view.kind);
  const hasEvents = (compared: Days | null) => compared !== null && data !== null && compared.to.compare(data.from) >= 0;
  const kinds: Exclude<CompareChoice["kind"], "none" | "fixed">[] = ["previous", "year"];
  const periods = kinds.map((kind) => {
    const compared = comparedDays({ kind }, days);
    return {
      label: t(`compare.${kind}`),
      note: !byPeriod ? t("compare.periodsSideBySide") : compared === null ? t("compare.needsPeriod") : hasEvents(compared) ? daysText(compared) : t("compare.noEvents"),
      chosen: versus.kind === kind,
      ...(byPeriod && hasEvents(compared) ? { choose: () => onChange({ kind }) } : {}),
    };
  });
  const fixed = versus.kind === "fixed" ? comparedDays(versus, days) : null;
  const calendar = daysPage(t("period.custom"), t("scope.compare"), versus.kind === "fixed", fixed ?? data, data, (from, to) => onChange({ kind: "fixed", from, to }));
  const channels = workspace.channels.map((id) => ({
    label: channel(id),
    note: "",
    chosen: versus.kind === "channels" && versus.channels.length === 1 && versus.channels[0] === id,
    choose: () => onChange({ kind: "channels", channels: [id] }),
  }));
  const groups = options(versus.kind === "group" ? versus.group : null, (group) => onChange({ kind: "group", group }));
  return (
    <Chooser
      label={t("scope.compare")}
      closed={versus.kind === "none" ? t("compare.none") : versus.kind === "previous" || versus.kind === "year" ? t(`compare.${versus.kind}`) : sides(view, workspace).other}
      sections={[
        { options: [{ label: t("compare.none"), note: "", chosen: versus.kind === "none", choose: () => onChange({ kind: "none" }) }] },
        { title: t("compare.byPeriod"), options: [...periods, ...(byPeriod ? calendar : [])] },
        { title: t("compare.byGroup"), options: groups },
        { title: t("compare.byChannel"), options: channels },
      ]}
    />
  );
}
