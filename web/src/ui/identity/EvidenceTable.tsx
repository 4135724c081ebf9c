// Links as a table: between whom, how sure, who said it, when and how often, and whether it stands.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { IdentityEvidence, IdentityMember } from "../../api/types";
import { useFormat } from "../format";
import { TableScroll } from "../TableScroll";
import { useIdentityWords } from "./words";

export interface EvidenceRow {
  a: IdentityMember | undefined;
  b: IdentityMember | undefined;
  /** The profiles, where their identifiers are not known. */
  ids: readonly [string, string];
  evidence: IdentityEvidence;
  stands: boolean;
}

interface Props {
  label: string;
  rows: readonly EvidenceRow[];
  zone: string;
  /** What can be done about a row, in a last column of that name. */
  action?: { name: string; of: (row: EvidenceRow) => ReactNode };
}

export function EvidenceTable({ label, rows, zone, action }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const name = (member: IdentityMember | undefined, id: string) => (member ? words.member(member) : t("identity.nameless", { id }));
  return (
    <TableScroll label={label}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("identity.evidence.between")}</th>
            <th scope="col">{t("identity.evidence.strength")}</th>
            <th scope="col">{t("identity.evidence.source")}</th>
            <th scope="col">{t("identity.evidence.first")}</th>
            <th scope="col">{t("identity.evidence.state")}</th>
            {action && <th scope="col">{action.name}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.ids.join(" ")} ${row.evidence.source} ${row.evidence.time_us} ${row.stands}`}>
              <th scope="row">
                {name(row.a, row.ids[0])} – {name(row.b, row.ids[1])}
              </th>
              <td>{words.strength(row.evidence.strength)}</td>
              <td>
                {row.evidence.source}
                {row.evidence.strength === "decided" && row.evidence.reason && <span className="sub"> {row.evidence.reason}</span>}
              </td>
              <td className="moment">{format.dateTime(row.evidence.time_us, zone)}</td>
              <td>{row.stands ? <span className="badge badge-accent">{t("identity.evidence.stands")}</span> : <span className="badge">{t("identity.evidence.withheld")}</span>}</td>
              {action && <td>{action.of(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
