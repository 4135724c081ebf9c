// Who saw and did what in a workspace, newest first, and whether the record is whole. The filter stands in the address.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { auditQuery, membersQuery } from "../../api/access";
import type { AuditEntry, AuditPage as Page } from "../../api/types";
import { workspacesQuery } from "../../api/queries";
import { Allowed } from "../../ui/Allowed";
import { useActor } from "../../ui/actor";
import { Button, Picker } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { ACTIONS, detailText } from "./audit";
import "./access.css";

/** In the pickers: no filter. */
const ALL = "";
/** As much of a keyed hash as tells two addresses apart. */
const HASH_SHOWN = 8;

export function AuditPage() {
  const { t } = useTranslation();
  const actor = useActor();
  const { workspace: id } = useParams({ from: "/w/$workspace/audit" });
  const { action = null, person = null } = useSearch({ from: "/w/$workspace/audit" });
  const navigate = useNavigate();
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id)?.zone ?? "UTC";
  const reads = useMay()("read_audit");
  const log = useInfiniteQuery({ ...auditQuery(id, { action, person }), enabled: reads });
  const members = useQuery({ ...membersQuery(id), enabled: reads }).data?.members ?? [];
  usePageTitle(t("nav.audit"));

  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  const names = new Map([...members.map((member) => member.person), ...entries.flatMap((entry) => entry.person ?? [])].map(({ id: who, name }) => [who, name]));
  const nameOf = (who: string) => sentence(actor(names.get(who) ?? who));
  const people = [...new Set([...names.keys(), ...(person === null ? [] : [person])])];
  const go = (next: { action: string | null; person: string | null }) =>
    void navigate({
      to: "/w/$workspace/audit",
      params: { workspace: id },
      search: { ...(next.action ? { action: next.action } : {}), ...(next.person ? { person: next.person } : {}) },
      replace: true,
      resetScroll: false,
    });
  const chain = log.data?.pages[0]?.chain;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.audit")}</h1>
          <p className="page-note">{t("audit.note")}</p>
        </div>
      </header>
      <Allowed to="read_audit" said>
        {chain && <Chain chain={chain} />}
        <div className="scope">
          <Picker
            label={t("audit.person")}
            value={person ?? ALL}
            choices={[{ id: ALL, label: t("audit.everybody") }, ...people.map((who) => ({ id: who, label: nameOf(who) }))]}
            onChange={(who) => go({ action, person: who })}
          />
          <Picker
            label={t("audit.action")}
            value={action ?? ALL}
            choices={[{ id: ALL, label: t("audit.everything") }, ...ACTIONS.map((each) => ({ id: each as string, label: t(`audit.action.${each}`) }))]}
            onChange={(what) => go({ action: what, person })}
          />
        </div>
        {log.error && <Failure error={log.error} retry={() => void log.refetch()} />}
        {log.isPending && <div className="skeleton" aria-hidden />}
        {log.data && entries.length === 0 && <Empty title={t("audit.empty")} />}
        {entries.length > 0 && <Entries entries={entries} zone={zone} nameOf={nameOf} />}
        {log.hasNextPage && (
          <div>
            <Button isDisabled={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
              {t("audit.older")}
            </Button>
          </div>
        )}
      </Allowed>
    </div>
  );
}

function Chain({ chain: { intact, broken_at } }: { chain: Page["chain"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!intact) {
    return (
      <div className="failure" role="alert">
        <p className="failure-title">{broken_at == null ? t("audit.broken") : t("audit.brokenAt", { n: format.whole(broken_at) })}</p>
        <p>{t("audit.brokenWhat")}</p>
      </div>
    );
  }
  return (
    <p className="audit-chain">
      <span className="badge badge-accent">
        <span aria-hidden>✓</span>
        {t("audit.intact")}
      </span>
      <span className="sub">{t("audit.intactWhat")}</span>
    </p>
  );
}

function Entries({ entries, zone, nameOf }: { entries: AuditEntry[]; zone: string; nameOf: (person: string) => string }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const action = (id: string) => (i18n.exists(`audit.action.${id}`) ? t(`audit.action.${id}` as "audit.action.sign_in") : id);
  return (
    <section className="card" aria-label={t("nav.audit")}>
      <TableScroll label={t("nav.audit")}>
        <table className="table audit">
          <thead>
            <tr>
              <th scope="col" className="numeric">
                {t("audit.seq")}
              </th>
              <th scope="col">{t("audit.time", { zone })}</th>
              <th scope="col">{t("audit.person")}</th>
              <th scope="col">{t("audit.action")}</th>
              <th scope="col">{t("audit.target")}</th>
              <th scope="col">{t("audit.detail")}</th>
              <th scope="col">{t("audit.address")}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.seq}>
                <td className="numeric">{entry.seq}</td>
                <td className="moment">
                  {format.date(entry.time_us, zone)} {format.time(entry.time_us, zone)}
                </td>
                <td>{entry.person == null ? NOTHING : nameOf(entry.person.id)}</td>
                <th scope="row">{action(entry.action)}</th>
                <td className="audit-target">{entry.target || NOTHING}</td>
                <td className="audit-detail">{detailText(entry.detail) || NOTHING}</td>
                <td>{entry.address_hash ? <code title={entry.address_hash}>{entry.address_hash.slice(0, HASH_SHOWN)}</code> : NOTHING}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
