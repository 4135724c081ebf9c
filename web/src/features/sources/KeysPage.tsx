// All keys that senders have, over all sources: whose each is, whether it is used, and a way to replace it or take it back.
// New ones are made where the source is set up.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import { sourcesQuery } from "../../api/sources";
import type { NewKey, Source, SourceKey } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { keyState, keysOf } from "./keyList";
import type { Asked } from "./Keys";
import { Fresh, KeyCells, KeyHeads, Revoke, Rotate } from "./Keys";
import "./sources.css";

export function KeysPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/keys" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id)?.zone ?? "UTC";
  const list = useQuery(sourcesQuery(id));
  const [asked, setAsked] = useState<{ to: Asked; source: string; key: SourceKey } | null>(null);
  /** A secret is shown once. */
  const [fresh, setFresh] = useState<NewKey | null>(null);
  usePageTitle(t("nav.keys"));
  const sources = list.data?.sources ?? [];
  const keys = keysOf(sources);
  const without = sources.filter((source) => source.keys.length === 0);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.keys")}</h1>
          <p className="page-note">{t("keys.pageNote")}</p>
          <Allowed to="manage_keys" said>
            {null}
          </Allowed>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && keys.length === 0 && (
        <Empty title={t("keys.noneAtAll")}>
          <p>{t("keys.noneAtAllHow")}</p>
          <Link className="button" to="/w/$workspace/sources" params={{ workspace: id }}>
            {t("nav.sources")}
          </Link>
        </Empty>
      )}
      {keys.length > 0 && (
        <section className="card keys-all" aria-label={t("nav.keys")}>
          <div role="status">{fresh?.kind === "secret" && <Fresh made={fresh} onDone={() => setFresh(null)} />}</div>
          <TableScroll label={t("nav.keys")}>
            <table className="table keys-table">
              <thead>
                <tr>
                  <th scope="col">{t("live.source")}</th>
                  <th scope="col">{t("imports.state")}</th>
                  <KeyHeads />
                </tr>
              </thead>
              <tbody>
                {keys.map(({ source, key }) => (
                  <tr key={`${source.id} ${key.id}`}>
                    <SourceCell workspace={id} source={source} />
                    <td>
                      <State of={key} nowUs={list.dataUpdatedAt * 1000} />
                    </td>
                    <KeyCells zone={zone} of={key} onAsk={(to) => setAsked({ to, source: source.id, key })} />
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        </section>
      )}
      {keys.length > 0 && without.length > 0 && (
        <p className="sub">
          {t("keys.without")}{" "}
          {without.map(({ id: source, name }, at) => (
            <span key={source}>
              {at > 0 && t("common.comma")}
              <Link to="/w/$workspace/sources/$source" params={{ workspace: id, source }} search={{}}>
                {name}
              </Link>
            </span>
          ))}
        </p>
      )}
      {asked?.to === "rotate" && <Rotate workspace={id} source={asked.source} of={asked.key} onFresh={setFresh} onClose={() => setAsked(null)} />}
      {asked?.to === "revoke" && <Revoke workspace={id} source={asked.source} of={asked.key} onClose={() => setAsked(null)} />}
    </div>
  );
}

function SourceCell({ workspace, source: { id, name, origins } }: { workspace: string; source: Source }) {
  const { t } = useTranslation();
  return (
    <td className="key-source">
      <Link to="/w/$workspace/sources/$source" params={{ workspace, source: id }} search={{}}>
        {name}
      </Link>
      <span className="sub">{t("keys.origins", { origins: origins.length === 0 ? t("source.originsAll") : origins.join(t("common.comma")) })}</span>
    </td>
  );
}

function State({ of, nowUs }: { of: SourceKey; nowUs: number }) {
  const { t } = useTranslation();
  const state = keyState(of, nowUs);
  return <span className={state === "used" ? "badge badge-accent" : state === "unused" ? "badge" : "badge badge-bad"}>{t(`keys.state.${state}`)}</span>;
}
