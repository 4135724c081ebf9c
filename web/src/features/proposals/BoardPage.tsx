// The board of proposals by status. Which card is open, and the pain a new one is against, stand in the address.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { painsQuery, proposalsQuery, saveProposal, workspacesQuery } from "../../api/queries";
import type { ProposalStatus, TrackedProposal, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { columns } from "./board";
import { Card } from "./Card";
import { ProposalDrawer } from "./ProposalDrawer";
import type { Wanted } from "./ProposalDrawer";
import "./proposals.css";

/** In the address: a new proposal that is against no pain. */
const NEW = "new";

export function BoardPage() {
  const { workspace: id } = useParams({ from: "/w/$workspace/proposals" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  return workspace ? <BoardOf key={id} workspace={workspace} /> : null;
}

function BoardOf({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ from: "/w/$workspace/proposals" });
  const list = useQuery(proposalsQuery(workspace.id));
  const pains = useQuery(painsQuery(workspace.id, null)).data?.pains ?? [];
  const [said, setSaid] = useState("");
  const moved = useRef<number | null>(null);
  /** A status a card cannot take as it stands: the form asks for what is missing. */
  const [wanting, setWanting] = useState<ProposalStatus | null>(null);
  usePageTitle(t("nav.proposals"));

  const go = (next: { open?: string; pain?: string }) =>
    void navigate({ to: "/w/$workspace/proposals", params: { workspace: workspace.id }, search: next, resetScroll: false });
  const move = useMutation({
    mutationFn: ({ card, status }: { card: TrackedProposal; status: ProposalStatus }) =>
      saveProposal(workspace.id, card.id, { proposal: { ...card.proposal, status }, expected_version: card.version }),
    onSuccess: async (card, { status }) => {
      await client.invalidateQueries({ queryKey: ["proposals", workspace.id] });
      moved.current = card.id;
      setSaid(t("proposals.moved", { title: card.proposal.title, status: t(`proposal.status.${status}`) }));
    },
    onError: () => client.invalidateQueries({ queryKey: ["proposals", workspace.id] }),
  });
  const onMove = (card: TrackedProposal, status: ProposalStatus) => {
    setSaid("");
    if (status === "in_progress" && !card.proposal.owner) {
      setWanting(status);
      go({ open: String(card.id) });
    } else {
      move.mutate({ card, status });
    }
  };

  const proposals = list.data?.proposals;
  // The card is another element in its new column; the focus goes with it.
  useEffect(() => {
    const card = moved.current === null ? null : document.getElementById(`move-${moved.current}`);
    if (!card) return;
    card.focus();
    moved.current = null;
  });

  const wanted: Wanted | null = search.pain
    ? { is: "against", pain: search.pain, cause: search.cause ?? null }
    : search.idea
      ? { is: "idea", idea: search.idea }
      : search.open === NEW
        ? { is: "new" }
        : search.open !== undefined && /^\d+$/.test(search.open)
          ? { is: "known", id: Number(search.open), status: wanting }
          : null;
  const close = () => {
    setWanting(null);
    go({});
  };
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.proposals")}</h1>
          <p className="page-note">{t("proposals.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="handle_proposals">
            <Button onPress={() => go({ open: NEW })}>
              <Plus size={14} aria-hidden />
              {t("proposals.new")}
            </Button>
          </Allowed>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {move.error && <Failure error={move.error} retry={() => move.reset()} />}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {proposals?.length === 0 && (
        <Empty title={t("proposals.empty")}>
          <p>{t("proposals.emptyHow")}</p>
          <Link className="button" to="/w/$workspace/pains" params={{ workspace: workspace.id }} search={{}}>
            {t("proposals.toPains")}
          </Link>
        </Empty>
      )}
      {proposals && proposals.length > 0 && (
        <div className="board">
          {columns(proposals).map(({ status, cards }) => (
            <section key={status} className="board-column" aria-labelledby={`column-${status}`}>
              <h2 id={`column-${status}`}>
                {t(`proposal.status.${status}`)} <span className="badge">{format.whole(cards.length)}</span>
              </h2>
              {cards.length === 0 && <p className="sub board-none">{t("proposals.columnEmpty")}</p>}
              <ul className="cards">
                {cards.map((card) => (
                  <Card
                    key={card.id}
                    workspace={workspace}
                    card={card}
                    running={pains.find(({ pain }) => pain.key === card.proposal.pain)?.pain.running_cost}
                    against={localized(pains.find(({ pain }) => pain.key === card.proposal.pain)?.pain.sentence) || null}
                    onMove={(next) => onMove(card, next)}
                  />
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      {wanted && <ProposalDrawer key={JSON.stringify(wanted)} workspace={workspace} wanted={wanted} onClose={close} />}
    </div>
  );
}
