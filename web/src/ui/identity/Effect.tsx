// What decisions would change: customers before and after, events, links. Numbers, and whose they are.
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { IdentityEffect } from "../../api/types";
import { Fact } from "../Fact";
import { useFormat } from "../format";

export function Effect({ effect }: { effect: IdentityEffect }) {
  const { t } = useTranslation();
  const format = useFormat();
  const unchanged = effect.customers_before === 0 && effect.customers_after === 0;
  return (
    <div className="identity-effect">
      {unchanged ? (
        <p role="status">{t("identity.effect.none")}</p>
      ) : (
        <p role="status" className="identity-before-after">
          <span>
            <span className="sub">{t("identity.effect.before")}</span> <strong>{t("count.customers", { count: effect.customers_before, n: format.whole(effect.customers_before) })}</strong>
          </span>
          <ArrowRight size={16} aria-hidden />
          <span>
            <span className="sub">{t("identity.effect.after")}</span> <strong>{t("count.customers", { count: effect.customers_after, n: format.whole(effect.customers_after) })}</strong>
          </span>
        </p>
      )}
      {!unchanged && (
        <dl className="inspect-facts">
          <Fact name={t("identity.effect.events")} value={effect.events == null ? t("identity.effect.many") : format.whole(effect.events)} />
          <Fact name={t("identity.effect.moved")} value={format.whole(effect.moved)} />
          <Fact name={t("identity.effect.links")} value={t("identity.effect.linksN", { made: format.whole(effect.links_made), withheld: format.whole(effect.links_withheld) })} />
        </dl>
      )}
      {(effect.merged.length > 0 || effect.split.length > 0) && (
        <ul className="identity-parts">
          {effect.merged.map(({ into, from, from_count }) => (
            <li key={`into ${into}`}>
              {t("identity.effect.merged", { from: from.join(t("common.comma")) + (from_count > from.length ? "…" : ""), into })}
            </li>
          ))}
          {effect.split.map(({ from, into, into_count }) => (
            <li key={`from ${from}`}>
              {t("identity.effect.split", { from, into: into.join(t("common.comma")) + (into_count > into.length ? "…" : "") })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
