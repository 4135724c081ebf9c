// What a policy would change: all customers, those that would be joined or divided, and what people would be asked.
import { useTranslation } from "react-i18next";

import type { IdentityPolicyEffect, IdentityWhy, ReasonCount } from "../../api/types";
import { Fact } from "../../ui/Fact";
import { useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { REASONS, useIdentityWords } from "../../ui/identity/words";

function of(counts: readonly ReasonCount[], why: IdentityWhy): number {
  return counts.find((each) => each.why === why)?.count ?? 0;
}

export function PolicyEffect({ effect: found, stale }: { effect: IdentityPolicyEffect; stale: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const { effect } = found;
  const change = (before: number, after: number) => (before === after ? format.whole(after) : t("traffic.change", { before: format.whole(before), after: format.whole(after) }));
  return (
    <section className={stale ? "card stale" : "card"} aria-labelledby="policy-effect">
      <header className="section-head">
        <h2 id="policy-effect">{t("identity.policy.effect")}</h2>
      </header>
      <div className="card-body">
        <p role="status">{stale ? t("traffic.stale") : t("identity.policy.effectOf", { merged: format.whole(effect.merged_count), split: format.whole(effect.split_count) })}</p>
        <dl className="inspect-facts">
          <Fact name={t("identity.policy.customers")} value={change(found.customers_before, found.customers_after)} />
          <Fact name={t("identity.effect.events")} value={effect.events == null ? t("identity.effect.many") : format.whole(effect.events)} />
          <Fact name={t("identity.effect.moved")} value={format.whole(effect.moved)} />
          <Fact name={t("identity.effect.links")} value={t("identity.effect.linksN", { made: format.whole(effect.links_made), withheld: format.whole(effect.links_withheld) })} />
        </dl>
        <h3>{t("identity.policy.asked")}</h3>
        <TableScroll labelledBy="policy-effect">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("identity.reason")}</th>
                <th scope="col" className="numeric">
                  {t("identity.policy.links")}
                </th>
              </tr>
            </thead>
            <tbody>
              {REASONS.map((why) => (
                <tr key={why}>
                  <th scope="row">{words.why(why)}</th>
                  <td className="numeric">{change(of(found.asked_before, why), of(found.asked_after, why))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      </div>
    </section>
  );
}
