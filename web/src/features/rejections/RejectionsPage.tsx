// Messages that could not become events: how many for which reason, each as it was sent, and sending them in again.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import type { ReplayAsk } from "../../api/sources";
import { rejectionsQuery, replay, sourcesQuery } from "../../api/sources";
import type { Rejection, ReplayReport } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useRefusalName } from "../../ui/ingest";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import type { Reason } from "./counts";
import { reasons } from "./counts";
import { RejectionDrawer } from "./RejectionDrawer";
import { RejectionTable } from "./RejectionTable";
import "./rejections.css";

const ALL = "*";

export function RejectionsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { workspace: id } = useParams({ from: "/w/$workspace/rejections" });
  const { source, code } = useSearch({ from: "/w/$workspace/rejections" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id)?.zone ?? "UTC";
  const sources = useQuery(sourcesQuery(id)).data?.sources ?? [];
  const sees = useMay()("see_customers");
  const all = useInfiniteQuery({ ...rejectionsQuery(id, null, null), enabled: sees });
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: (ask: ReplayAsk) => replay(id, ask),
    onSuccess: () => Promise.all(["rejections", "sources"].map((key) => client.invalidateQueries({ queryKey: [key, id] }))),
  });
  const counts = all.data?.pages[0]?.counts ?? [];
  const dropped = all.data?.pages[0]?.dropped ?? 0;
  const found = reasons(counts, source);
  usePageTitle(t("nav.rejections"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.rejections")}</h1>
          <p className="page-note">{t("rejections.note")}</p>
        </div>
      </header>
      {!sees && (
        <Allowed to="see_customers" said>
          {null}
        </Allowed>
      )}
      {all.error && <Failure error={all.error} retry={() => void all.refetch()} />}
      {dropped > 0 && <p className="page-note">{t("rejections.dropped", { n: format.whole(dropped) })}</p>}
      {all.data && counts.length === 0 && (
        <Empty title={t("rejections.none")}>
          <p>{t("rejections.noneWhat")}</p>
        </Empty>
      )}
      {counts.length > 0 && (
        <>
          <SourceFilter workspace={id} source={source} code={code} sources={sources.map(({ id: key, name }) => ({ id: key, label: name }))} />
          <Reasons workspace={id} source={source} code={code} found={found} busy={again.isPending} onReplay={again.mutate} />
          {again.error && <Failure error={again.error} />}
          <Result result={again.data} busy={again.isPending} />
          <List key={`${source} ${code}`} workspace={id} zone={zone} source={source ?? null} code={code ?? null} names={new Map(sources.map((each) => [each.id, each.name]))} busy={again.isPending} onReplay={again.mutate} />
        </>
      )}
    </div>
  );
}

function SourceFilter({ workspace, source, code, sources }: { workspace: string; source: string | undefined; code: string | undefined; sources: { id: string; label: string }[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const known = source === undefined || sources.some(({ id }) => id === source) ? sources : [...sources, { id: source, label: source }];
  return (
    <div className="scope">
      <Picker
        label={t("live.source")}
        value={source ?? ALL}
        choices={[{ id: ALL, label: t("live.all") }, ...known]}
        onChange={(next) =>
          void navigate({ to: "/w/$workspace/rejections", params: { workspace }, search: { ...(next === ALL ? {} : { source: next }), ...(code === undefined ? {} : { code }) }, replace: true })
        }
      />
    </div>
  );
}

interface ReasonsProps {
  workspace: string;
  source: string | undefined;
  code: string | undefined;
  found: Reason[];
  busy: boolean;
  onReplay: (ask: ReplayAsk) => void;
}

function Reasons({ workspace, source, code, found, busy, onReplay }: ReasonsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const refusalName = useRefusalName();
  const replays = useMay()("manage_sources");
  const of = source === undefined ? {} : { source };
  return (
    <section className="card" aria-labelledby="reasons-title">
      <header className="section-head">
        <h2 id="reasons-title">{t("rejections.reasons")}</h2>
        {code !== undefined && (
          <Link to="/w/$workspace/rejections" params={{ workspace }} search={of}>
            {t("rejections.allReasons")}
          </Link>
        )}
      </header>
      <TableScroll labelledBy="reasons-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("rejections.reason")}</th>
              <th scope="col" className="numeric">
                {t("rejections.count")}
              </th>
              {replays && <th scope="col">{t("rejections.mend")}</th>}
            </tr>
          </thead>
          <tbody>
            {found.map((reason) => (
              <tr key={reason.code} className={reason.code === code ? "reason-chosen" : undefined}>
                <th scope="row">
                  <Link to="/w/$workspace/rejections" params={{ workspace }} search={{ ...of, code: reason.code }} aria-current={reason.code === code ? "true" : undefined}>
                    {refusalName(reason.code)}
                  </Link>{" "}
                  <code className="sub">{reason.code}</code>
                </th>
                <td className="numeric">{format.whole(reason.count)}</td>
                {replays && (
                  <td>
                    <Button isDisabled={busy} onPress={() => onReplay({ ...of, code: reason.code })} aria-label={t("rejections.replayOf", { reason: refusalName(reason.code) })}>
                      <RotateCcw size={14} aria-hidden />
                      {t("rejections.replayAll")}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

/** What came of sending in again. */
function Result({ result, busy }: { result: ReplayReport | undefined; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p role="status" className="replay-result">
      {busy
        ? t("rejections.replaying")
        : result && t("rejections.replayed", { read: format.whole(result.read), accepted: format.whole(result.accepted), rejected: format.whole(result.rejected) })}
    </p>
  );
}

interface ListProps {
  workspace: string;
  zone: string;
  source: string | null;
  code: string | null;
  names: ReadonlyMap<string, string>;
  busy: boolean;
  onReplay: (ask: ReplayAsk) => void;
}

function List({ workspace, zone, source, code, names, busy, onReplay }: ListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useInfiniteQuery(rejectionsQuery(workspace, source, code));
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<Rejection | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.rejections) ?? [];
  // What was sent in again meanwhile cannot be chosen any more.
  const ids = rows.filter((row) => row.replayed_us == null && chosen.has(row.id)).map((row) => row.id);
  if (list.error) return <Failure error={list.error} retry={() => void list.refetch()} />;
  return (
    <section className="card" aria-labelledby="rejections-title">
      <header className="section-head">
        <h2 id="rejections-title">{t("rejections.messages")}</h2>
        <div className="rejections-actions">
          <Allowed to="manage_sources" said>
            <Button look="primary" isDisabled={busy || ids.length === 0} onPress={() => onReplay({ ids })}>
              <RotateCcw size={14} aria-hidden />
              {t("rejections.replayChosen", { n: format.whole(ids.length) })}
            </Button>
          </Allowed>
        </div>
      </header>
      <RejectionTable rows={rows} zone={zone} names={names} chosen={new Set(ids)} onChoose={setChosen} onOpen={setOpened} />
      {list.data && rows.length === 0 && <p className="rejections-none">{t("rejections.noMatch")}</p>}
      {list.hasNextPage && (
        <div className="rejections-more">
          <Button onPress={() => void list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
            {t("rejections.older")}
          </Button>
        </div>
      )}
      {opened && <RejectionDrawer rejection={opened} zone={zone} sourceName={names.get(opened.source) ?? opened.source} onClose={() => setOpened(null)} />}
    </section>
  );
}
