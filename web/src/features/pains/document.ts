// The list of pains as a file for a meeting: what it shows, with the sizes unrounded.
import { useTranslation } from "react-i18next";

import type { Document, DocumentTable, Journey, TrackedPain, WorkspaceInfo } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { usePlaces } from "../../ui/places";
import { useCustomersFigure, useMoneyFigure, useSentence, useWhen, useWhom } from "./words";

type DocumentCell = DocumentTable["rows"][number][number];

function said(text: string): DocumentCell {
  return { value: text, text };
}

/** The document of some pains, in the order given. */
export function usePainsDocument(workspace: WorkspaceInfo, definition: Journey | undefined): (rows: readonly TrackedPain[]) => Document {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const places = usePlaces(definition);
  const sentence = useSentence();
  const whom = useWhom();
  const when = useWhen(workspace);
  const customers = useCustomersFigure();
  const money = useMoneyFigure();
  return (rows) => {
    const looked = rows.reduce((last, each) => Math.max(last, each.as_of_us), 0);
    const line = (tracked: TrackedPain): DocumentCell[] => {
      const { pain } = tracked;
      const lost = money(pain);
      return [
        said(sentence(pain)),
        said(t(`pain.kind.${pain.kind}`)),
        said(places.stage(pain.stage)),
        said(whom(pain.facet)),
        said(when(tracked)),
        { value: pain.customers_per_month.value, text: customers(pain).value },
        pain.money.known === "missing" ? { text: t(`pain.moneyMissing.${pain.money.why}`) } : { value: pain.money.amount.value, text: lost?.value ?? NOTHING },
        said(t(`pain.status.${tracked.status}`)),
        said(tracked.owner ?? NOTHING),
        said(tracked.due ? format.day(tracked.due) : NOTHING),
      ];
    };
    const names = [t("nav.pains"), t("pain.kind"), t("map.stage"), t("pain.whom"), t("pain.when")];
    const columns = names.map((name) => ({ name }));
    const sizes = [t("pain.customers"), t("pain.money")].map((name) => ({ name, numeric: true }));
    const rest = [t("pain.status"), t("pain.owner"), t("pain.due")].map((name) => ({ name }));
    const journey = definition ? localized(definition.name) : "";
    return {
      title: [t("nav.pains"), journey, localized(workspace.name)].filter((part) => part !== "").join(" · "),
      facts: looked > 0 ? [t("export.asOf", { when: format.dateTime(looked, workspace.zone), zone: workspace.zone })] : [],
      as_of_us: looked,
      parts: [{ part: "table", title: t("nav.pains"), columns: [...columns, ...sizes, ...rest], rows: rows.map(line) }],
      notes: [
        { title: t("pain.customers"), text: t("define.pain.customers") },
        { title: t("pain.money"), text: t("define.pain.money") },
      ],
    };
  };
}
