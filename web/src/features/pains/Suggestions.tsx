// What could be done about a pain: for each likely cause, what it rests on and what it should bring.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Estimate, Pain, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useInterval } from "../../ui/estimate";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";

export function Suggestions({ workspace, pain }: { workspace: WorkspaceInfo; pain: Pain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const localized = useLocalized();
  const suggestions = pain.suggestions ?? [];
  if (suggestions.length === 0) return null;
  const currency = pain.money.known === "per_month" ? pain.money.currency : null;
  const gain = (of: Estimate, write: (value: number) => string, key: "pain.perMonthCustomers" | "pain.perMonthMoney") => {
    const value = key === "pain.perMonthCustomers" ? t(key, { count: of.value, n: write(of.value) }) : t(key, { amount: write(of.value) });
    return t("pain.withInterval", { value, interval: interval(of, write) });
  };
  return (
    <section className="card pain-card" aria-labelledby="pain-suggestions">
      <h2 id="pain-suggestions">{t("pain.suggestions")}</h2>
      <p className="sub">{t("pain.suggestionsNote")}</p>
      <ul className="suggestions">
        {suggestions.map(({ title, rests_on: restsOn, gain: { customers_per_month: customers, money_per_month: money } }) => (
          <li key={localized(title)}>
            <p className="cause-name">{localized(title)}</p>
            {restsOn.on === "cause" && <p className="sub">{t("suggestion.restsOn", { cause: t(`signal.${restsOn.kind}`) })}</p>}
            <p className="sub">
              {t("suggestion.gain")}
              {customers && gain(customers, format.rough, "pain.perMonthCustomers")}
              {money && t("common.comma")}
              {money && gain(money, (value) => format.money(value, currency), "pain.perMonthMoney")}
            </p>
            <Allowed to="handle_proposals">
              <Link
                className="button"
                to="/w/$workspace/proposals"
                params={{ workspace: workspace.id }}
                search={{ pain: pain.key, ...(restsOn.on === "cause" ? { cause: restsOn.kind } : {}) }}
              >
                {t("suggestion.propose")}
              </Link>
            </Allowed>
          </li>
        ))}
      </ul>
    </section>
  );
}
