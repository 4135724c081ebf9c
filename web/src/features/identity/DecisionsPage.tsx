// The decisions in force, newest first, each of which can be undone.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { identityDecisionsQuery, undoIdentityDecision } from "../../api/identity";
import { workspacesQuery } from "../../api/queries";
import type { IdentityDecisionInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { sentence } from "../../ui/language";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { IdentityHead } from "./IdentityHead";
import { Preview } from "../../ui/identity/Preview";
import { nameOf } from "./verdict";
import { useIdentityWords } from "../../ui/identity/words";
import "../../ui/identity/identity.css";
import "./identity.css";

export function DecisionsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { workspace } = useParams({ from: "/w/$workspace/identity/decisions" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const list = useInfiniteQuery(identityDecisionsQuery(workspace));
  const decisions = list.data?.pages.flatMap((page) => page.decisions) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  return (
    <div className="page">
      <IdentityHead workspace={workspace} tab="decisions" />
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && total === 0 && (
        <Empty title={t("identity.decisions.none")}>
          <p>{t("identity.decisions.noneWhat")}</p>
        </Empty>
      )}
      {total > 0 && (
        <section className="card" aria-labelledby="decisions-title">
          <header className="section-head">
            <h2 id="decisions-title">{t("identity.decisions.inForce", { n: format.whole(total), count: total })}</h2>
            <Allowed to="decide_identity" said>
              {null}
            </Allowed>
          </header>
          <DecisionTable workspace={workspace} zone={zone} decisions={decisions} labelledBy="decisions-title" />
          {list.hasNextPage && (
            <div className="identity-more">
              <Button onPress={() => void list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
                {t("identity.decisions.older")}
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  );
}

export function DecisionTable({ workspace, zone, decisions, labelledBy }: { workspace: string; zone: string; decisions: IdentityDecisionInfo[]; labelledBy: string }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const words = useIdentityWords();
  const undoes = useMay()("decide_identity");
  const [undoing, setUndoing] = useState<IdentityDecisionInfo | null>(null);
  const about = ({ a, b }: IdentityDecisionInfo) => [a, ...(b ? [b] : [])].map(words.member).join(" – ");
  return (
    <>
      <TableScroll labelledBy={labelledBy}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("identity.decisions.about")}</th>
              <th scope="col">{t("identity.decisions.decision")}</th>
              <th scope="col">{t("form.note")}</th>
              <th scope="col">{t("identity.decisions.by")}</th>
              <th scope="col">{t("identity.decisions.when")}</th>
              {undoes && <th scope="col">{t("identity.undo")}</th>}
            </tr>
          </thead>
          <tbody>
            {decisions.map((made, n) => (
              <tr key={made.id ?? n}>
                <th scope="row">{about(made)}</th>
                <td>{words.decision(made.decision)}</td>
                <td>{made.note ?? "–"}</td>
                <td>{sentence(actor(made.by))}</td>
                <td className="moment">{format.dateTime(made.time_us, zone)}</td>
                {undoes && (
                  <td>
                    <Button aria-label={t("action.of", { action: t("identity.undo"), of: about(made) })} onPress={() => setUndoing(made)}>
                      <Undo2 size={14} aria-hidden />
                      {t("identity.undo")}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {undoing && <Undo workspace={workspace} made={undoing} about={about(undoing)} onClose={() => setUndoing(null)} />}
    </>
  );
}

function Undo({ workspace, made, about, onClose }: { workspace: string; made: IdentityDecisionInfo; about: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => undoIdentityDecision(workspace, made.id ?? ""),
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  return (
    <Ask title={t("identity.undoOf", { what: about })} action={t("identity.undo")} run={{ ...undo, mutate: () => undo.mutate() }} onClose={onClose}>
      <p>{t("identity.undoWhat")}</p>
      <Preview workspace={workspace} verdicts={[{ decision: "undo", a: nameOf(made.a), ...(made.b ? { b: nameOf(made.b) } : {}) }]} />
    </Ask>
  );
}
