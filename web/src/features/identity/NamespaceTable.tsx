// The rules of each namespace. A field left empty is as the kind of the namespace has it, which stands in it in grey.
import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { IdentityNamespace } from "../../api/types";
import { Fault } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { TableScroll } from "../../ui/TableScroll";
import type { NamespaceDraft, NumberField, PolicyDraft } from "./policyDraft";
import { LIMITS, USUAL, namespaceFault } from "./policyDraft";
import { KINDS, SHARED, useIdentityWords } from "../../ui/identity/words";

interface Props {
  draft: PolicyDraft;
  namespaces: readonly IdentityNamespace[];
  onChange: (draft: PolicyDraft) => void;
}

export function NamespaceTable({ draft, namespaces, onChange }: Props) {
  const { t } = useTranslation();
  const known = new Map(namespaces.map((each) => [each.namespace, each]));
  const change = (at: number, fields: Partial<NamespaceDraft>) => onChange({ ...draft, namespaces: draft.namespaces.map((each, n) => (n === at ? { ...each, ...fields } : each)) });
  return (
    <section className="card" aria-labelledby="namespaces-title">
      <header className="section-head">
        <h2 id="namespaces-title">{t("identity.policy.namespaces")}</h2>
      </header>
      <p className="sub identity-how">{t("identity.policy.namespacesHow")}</p>
      <TableScroll labelledBy="namespaces-title">
        <table className="table identity-namespaces">
          <thead>
            <tr>
              <th scope="col">{t("identity.policy.namespace")}</th>
              <th scope="col" className="numeric">
                {t("identity.policy.count")}
              </th>
              <th scope="col">{t("identity.policy.kind")}</th>
              <th scope="col">{t("identity.policy.priority")}</th>
              <th scope="col">{t("identity.policy.perCustomer")}</th>
              <th scope="col">{t("identity.policy.persons")}</th>
              <th scope="col">{t("identity.policy.sharedOwn")}</th>
            </tr>
          </thead>
          <tbody>
            {draft.namespaces.map((each, at) => (
              <Row key={each.namespace} draft={each} known={known.get(each.namespace)} onChange={(fields) => change(at, fields)} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Row({ draft, known, onChange }: { draft: NamespaceDraft; known: IdentityNamespace | undefined; onChange: (fields: Partial<NamespaceDraft>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const changes = useMay()("change_identity_policy");
  const usual = known?.usual;
  const id = useId();
  const number = (field: NumberField, label: string, otherwise: number | null | undefined) => {
    const [least, most] = LIMITS[field];
    const wrong = namespaceFault(draft, field);
    return (
      <>
        <input
          className="input identity-number"
          inputMode="numeric"
          aria-label={t("action.of", { action: label, of: draft.namespace })}
          aria-invalid={wrong}
          {...(wrong ? { "aria-describedby": `${id}-${field}` } : {})}
          placeholder={otherwise == null ? t("identity.policy.any") : String(otherwise)}
          value={draft[field]}
          readOnly={!changes}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
        <Fault id={`${id}-${field}`} text={wrong ? t("identity.policy.between", { least: format.whole(least), most: format.whole(most) }) : undefined} />
      </>
    );
  };
  return (
    <tr>
      <th scope="row">{draft.namespace}</th>
      <td className="numeric">{format.whole(known?.identifiers ?? 0)}</td>
      <td>
        <select className="input" aria-label={t("action.of", { action: t("identity.policy.kind"), of: draft.namespace })} value={draft.kind} disabled={!changes} onChange={(event) => onChange({ kind: event.target.value as NamespaceDraft["kind"] })}>
          <option value={USUAL}>{usual ? t("identity.policy.usual", { what: words.kind(usual.kind) }) : ""}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {words.kind(kind)}
            </option>
          ))}
        </select>
      </td>
      <td>{number("priority", t("identity.policy.priority"), usual?.priority)}</td>
      <td>{number("perCustomer", t("identity.policy.perCustomer"), usual?.per_customer_max)}</td>
      <td>{number("persons", t("identity.policy.persons"), usual?.persons_max)}</td>
      <td>
        <select className="input" aria-label={t("action.of", { action: t("identity.policy.sharedOwn"), of: draft.namespace })} value={draft.shared} disabled={!changes} onChange={(event) => onChange({ shared: event.target.value as NamespaceDraft["shared"] })}>
          <option value={USUAL}>{t("identity.policy.asAll")}</option>
          {SHARED.map((shared) => (
            <option key={shared} value={shared}>
              {t(`identity.shared.${shared}`)}
            </option>
          ))}
        </select>
      </td>
    </tr>
  );
}
