// Dated changes and what a number was before and after each. Whether a new one is being written stands in the address.
import type { UseQueryResult } from "@tanstack/react-query";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { changeResultQuery, changesQuery } from "../../api/changes";
import { workspacesQuery } from "../../api/queries";
import type { ChangeResult, KeptChange, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Empty, Failure, ProgressOfAll } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { Undo } from "../../ui/Undo";
import { Stopped } from "../../ui/Working";
import { ChangeDrawer } from "./ChangeDrawer";
import { Notice, Verdict } from "../../ui/change/Verdict";
import { useChangeWords } from "../../ui/change/words";
import "./changes.css";

/** The newest are computed in the list, each by two scans; older ones on their own page. */
const COMPUTED_MAX = 50;

export function ChangesPage() {
  const { workspace: id } = useParams({ from: "/w/$workspace/changes" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  return workspace ? <ChangesOf key={id} workspace={workspace} /> : null;
}

function ChangesOf({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/w/$workspace/changes" });
  const list = useQuery(changesQuery(workspace.id));
  usePageTitle(t("nav.changes"));
  const go = (next: { open?: string }) => void navigate({ to: "/w/$workspace/changes", params: { workspace: workspace.id }, search: next, resetScroll: false });
  const changes = list.data?.changes;
  const computed = changes?.slice(0, COMPUTED_MAX) ?? [];
  const results = useQueries({ queries: computed.map((kept) => ({ ...changeResultQuery(workspace.id, kept), retry: false })) });
  const running = computed.flatMap((kept, index) => (results[index]?.isFetching ? [changeResultQuery(workspace.id, kept).queryKey] : []));
  const stopped = results.filter(({ data, error, fetchStatus }) => !data && !error && fetchStatus === "idle");
  const proposal = search.proposal !== undefined && /^\d+$/.test(search.proposal) ? Number(search.proposal) : null;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.changes")}</h1>
          <p className="page-note">{t("changes.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="handle_proposals">
            <Button look="primary" onPress={() => go({ open: "new" })}>
              <Plus size={14} aria-hidden />
              {t("changes.new")}
            </Button>
          </Allowed>
        </div>
      </header>
      <Undo workspace={workspace.id} list="changes" />
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {changes?.length === 0 && (
        <Empty title={t("changes.empty")}>
          <p>{t("changes.emptyHow")}</p>
          <Link className="button" to="/w/$workspace/proposals" params={{ workspace: workspace.id }} search={{}}>
            {t("changes.toProposals")}
          </Link>
        </Empty>
      )}
      {changes && changes.length > 0 && (
        <>
          <Notice />
          {running.length > 0 && (
            <ProgressOfAll
              queryKeys={running}
              done={results.length - running.length}
              said={t("changes.computing", { done: format.whole(results.length - running.length), all: format.whole(results.length) })}
            />
          )}
          {stopped.length > 0 && <Stopped onAgain={() => stopped.forEach(({ refetch }) => void refetch())} />}
          <div className="card">
            <TableScroll label={t("nav.changes")}>
              <table className="table changes-table">
                <thead>
                  <tr>
                    {(["change.title", "change.day", "change.metric", "change.before", "change.after", "change.difference", "change.verdict"] as const).map((name) => (
                      <th scope="col" key={name}>
                        {t(name)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {changes.map((kept, index) => (
                    <Row key={kept.id} workspace={workspace} kept={kept} result={results[index]} />
                  ))}
                </tbody>
              </table>
            </TableScroll>
          </div>
        </>
      )}
      {search.open === "new" && <ChangeDrawer workspace={workspace} kept={null} proposal={proposal} onClose={() => go({})} />}
    </div>
  );
}

function Row({ workspace, kept, result }: { workspace: WorkspaceInfo; kept: KeptChange; /** None: it is not computed here. */ result: UseQueryResult<ChangeResult> | undefined }) {
  const format = useFormat();
  const words = useChangeWords();
  const { change } = kept;
  const data = result?.data;
  return (
    <tr>
      <th scope="row">
        <Link to="/w/$workspace/changes/$change" params={{ workspace: workspace.id, change: String(kept.id) }}>
          {change.title}
        </Link>
      </th>
      <td className="brief">{format.day(change.day)}</td>
      <td>{change.metric.name}</td>
      {result?.error && !result.isFetching ? (
        <td colSpan={4}>
          <Failure error={result.error} retry={() => void result.refetch()} />
        </td>
      ) : (
        <>
          <td className="number">{data ? words.value(data.of, data.before.headline.value) : result?.isFetching ? <span className="skeleton" aria-hidden /> : NOTHING}</td>
          <td className="number">{data ? words.value(data.of, data.after?.headline.value) : null}</td>
          <td>
            {data?.effect && (
              <>
                {words.effect(data.of, data.effect)} <span className="sub">{words.interval(data.of, data.effect)}</span>
              </>
            )}
          </td>
          <td>{data && <Verdict verdict={data.verdict} />}</td>
        </>
      )}
    </tr>
  );
}
