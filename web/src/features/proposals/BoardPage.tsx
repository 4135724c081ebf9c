// The board of proposals by status. Which card is open, the pain a new one is against, and whose cards are shown stand in the
// address.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useDrop } from "react-aria-components";
import type { TextDropItem } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { statusOf } from "../../api/proposals";
import { painsQuery, proposalsQuery, saveProposal, workspacesQuery } from "../../api/queries";
import type { ProposalStatus, TrackedPain, TrackedProposal, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { Undo } from "../../ui/Undo";
import { offerUndo } from "../../ui/undoable";
import { NONE, columns, fromOf, narrowed, sidesOf, typeOf, wayTo } from "./board";
import type { Narrowed } from "./board";
import { Card } from "./Card";
import { ProposalDrawer } from "./ProposalDrawer";
import type { Wanted } from "./ProposalDrawer";
import "./proposals.css";

/** Of a choice: not narrowed. */
const ALL = "";
/** In the address: a new proposal that is against no pain. */
const NEW = "new";

export function BoardPage() {
  const { workspace: id } = useParams({ from: "/w/$workspace/proposals" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  return workspace ? <BoardOf key={id} workspace={workspace} /> : null;
}

function BoardOf({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ from: "/w/$workspace/proposals" });
  const list = useQuery(proposalsQuery(workspace.id));
  const pains = useQuery(painsQuery(workspace.id, null)).data?.pains ?? [];
  const moved = useRef<number | null>(null);
  /** A status a card cannot take as it stands: the form asks for what is missing. */
  const [wanting, setWanting] = useState<ProposalStatus | null>(null);
  usePageTitle(t("nav.proposals"));

  const narrow: Narrowed = { ...(search.owner ? { owner: search.owner } : {}), ...(search.against ? { against: search.against } : {}) };
  const go = (next: { open?: string } & Narrowed) =>
    void navigate({ to: "/w/$workspace/proposals", params: { workspace: workspace.id }, search: next, resetScroll: false });
  /** The card stands where it came to, and has the focus. */
  const shown = async (card: TrackedProposal) => {
    await client.invalidateQueries({ queryKey: ["proposals", workspace.id] });
    moved.current = card.id;
  };
  const move = useMutation({
    mutationFn: ({ card, status }: { card: TrackedProposal; status: ProposalStatus }) =>
      saveProposal(workspace.id, card.id, { proposal: { ...card.proposal, status }, expected_version: card.version }),
    onSuccess: async (card, { card: before, status }) => {
      const from = statusOf(before);
      const saidOf = (to: ProposalStatus) => t("proposals.moved", { title: card.proposal.title, status: t(`proposal.status.${to}`) });
      await shown(card);
      // What was dropped is proposed anew, wherever it was dropped from: the way back may have several steps.
      const undo = async () => {
        let last = card;
        for (const step of wayTo(status, from)) {
          // Each rests on the one before.
          // oxlint-disable-next-line no-await-in-loop
          last = await saveProposal(workspace.id, card.id, { proposal: { ...last.proposal, status: step }, expected_version: last.version });
        }
        await shown(last);
      };
      offerUndo({ workspace: workspace.id, list: "proposals", text: saidOf(status), undo, undone: saidOf(from) });
    },
    onError: () => client.invalidateQueries({ queryKey: ["proposals", workspace.id] }),
  });
  const onMove = (card: TrackedProposal, status: ProposalStatus) => {
    if (status === "in_progress" && !card.proposal.owner) {
      setWanting(status);
      go({ ...narrow, open: String(card.id) });
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
    go(narrow);
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
            <Button onPress={() => go({ ...narrow, open: NEW })}>
              <Plus size={14} aria-hidden />
              {t("proposals.new")}
            </Button>
          </Allowed>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {move.error && <Failure error={move.error} retry={() => move.reset()} />}
      <Undo workspace={workspace.id} list="proposals" />
      {proposals?.length === 0 && (
        <Empty title={t("proposals.empty")}>
          <p>{t("proposals.emptyHow")}</p>
          <Link className="button" to="/w/$workspace/pains" params={{ workspace: workspace.id }} search={{}}>
            {t("proposals.toPains")}
          </Link>
        </Empty>
      )}
      {proposals && proposals.length > 0 && (
        <>
          <Narrowing proposals={proposals} pains={pains} narrow={narrow} onNarrow={go} />
          <div className="board">
            {columns(narrowed(proposals, narrow)).map(({ status, cards }) => (
              <Column
                key={status}
                workspace={workspace}
                status={status}
                cards={cards}
                narrow={narrow}
                pains={pains}
                onMove={onMove}
                onDropped={(id) => proposals.filter((card) => card.id === id).forEach((card) => onMove(card, status))}
              />
            ))}
          </div>
        </>
      )}
      {wanted && <ProposalDrawer key={JSON.stringify(wanted)} workspace={workspace} wanted={wanted} onClose={close} />}
    </div>
  );
}

interface NarrowingProps {
  proposals: readonly TrackedProposal[];
  pains: readonly TrackedPain[];
  narrow: Narrowed;
  onNarrow: (narrow: Narrowed) => void;
}

/** By whom the cards are owned and what they are against. */
function Narrowing({ proposals, pains, narrow, onNarrow }: NarrowingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = usePainSentence(pains);
  const names = { owner: (owner: string) => owner, against: sentence };
  const choicesOf = (side: keyof Narrowed) => {
    const counts = new Map<string, number>(narrow[side] === undefined ? [] : [[narrow[side], 0]]);
    for (const each of proposals) counts.set(sidesOf(each)[side], (counts.get(sidesOf(each)[side]) ?? 0) + 1);
    const label = (of: string) => (of === NONE ? t(`proposals.none.${side}`) : names[side](of.slice(1)));
    const choices = [...counts].map(([id, count]) => ({ id, label: label(id), note: format.whole(count) })).toSorted((a, b) => Number(a.id !== NONE) - Number(b.id !== NONE) || a.label.localeCompare(b.label));
    return [{ id: ALL, label: t(`proposals.all.${side}`) }, ...choices];
  };
  return (
    <div className="scope" role="group" aria-label={t("proposals.narrow")}>
      {(["owner", "against"] as const).map((side) => (
        <Picker
          key={side}
          label={t(side === "owner" ? "proposal.owner" : "proposal.pain")}
          value={narrow[side] ?? ALL}
          choices={choicesOf(side)}
          onChange={(to) => onNarrow({ ...narrow, [side]: to === ALL ? undefined : to })}
        />
      ))}
    </div>
  );
}

/** A pain by its key, in a sentence. */
function usePainSentence(pains: readonly TrackedPain[]): (key: string) => string {
  const localized = useLocalized();
  return (key) => localized(pains.find(({ pain }) => pain.key === key)?.pain.sentence) || key;
}

interface ColumnProps {
  workspace: WorkspaceInfo;
  status: ProposalStatus;
  cards: readonly TrackedProposal[];
  narrow: Narrowed;
  pains: readonly TrackedPain[];
  onMove: (card: TrackedProposal, status: ProposalStatus) => void;
  /** The card is put into this column. */
  onDropped: (id: number) => void;
}

function Column({ workspace, status, cards, narrow, pains, onMove, onDropped }: ColumnProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = usePainSentence(pains);
  const canMove = useMay()("handle_proposals");
  const ref = useRef<HTMLElement>(null);
  const taken = fromOf(status).map(typeOf);
  const { dropProps, isDropTarget } = useDrop({
    ref,
    // Cards stand by when they were changed: they are put into a column, not at a place in it.
    getDropOperation: (types) => (canMove && taken.some((type) => types.has(type)) ? "move" : "cancel"),
    onDrop: ({ items }) => {
      const item = items.find((each): each is TextDropItem => each.kind === "text");
      const type = taken.find((each) => item?.types.has(each));
      if (item && type) void item.getText(type).then((id) => onDropped(Number(id)));
    },
  });
  return (
    // What is dragged by keyboard is put here, so it can have the focus.
    <section ref={ref} {...dropProps} tabIndex={-1} className="board-column" data-drop-target={isDropTarget || undefined} aria-labelledby={`column-${status}`}>
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
            narrow={narrow}
            running={pains.find(({ pain }) => pain.key === card.proposal.pain)?.pain.running_cost}
            against={card.proposal.pain ? sentence(card.proposal.pain) : null}
            canMove={canMove}
            onMove={(next) => onMove(card, next)}
          />
        ))}
      </ul>
    </section>
  );
}
