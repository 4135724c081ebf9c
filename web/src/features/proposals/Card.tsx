// A card of the board, with the handle and the menu that move it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRightLeft, CalendarCheck, GripVertical } from "lucide-react";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, useDrag } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { statusOf } from "../../api/proposals";
import { journeyQuery } from "../../api/queries";
import type { ProposalStatus, RunningCost, TrackedProposal, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { usePlaces } from "../../ui/places";
import { useRunningCost } from "../../ui/reference";
import { nextOf, typeOf } from "./board";
import type { Narrowed } from "./board";
import { useCost, useGain, useRestsOn } from "./words";

export function Card({
  workspace,
  card,
  narrow,
  against,
  running,
  canMove,
  onMove,
}: {
  workspace: WorkspaceInfo;
  card: TrackedProposal;
  /** What the board is narrowed to, which stays so when the card is opened. */
  narrow: Narrowed;
  /** Sentence of the pain it is against. */
  against: string | null;
  /** What the place of that pain costs to run. */
  running: RunningCost | undefined;
  canMove: boolean;
  onMove: (status: ProposalStatus) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { id, proposal } = card;
  const journey = useQuery(journeyQuery(workspace.id, proposal.journey, null)).data?.journey;
  const places = usePlaces(journey);
  const gains = useGain()(proposal.gain, proposal.currency);
  const cost = useCost()(proposal.cost, proposal.currency);
  const restsOn = useRestsOn()(proposal.rests_on, places);
  const { dragProps, dragButtonProps, isDragging } = useDrag({
    getItems: () => [{ [typeOf(statusOf(card))]: String(id), "text/plain": proposal.title }],
    getAllowedDropOperations: () => ["move"],
    hasDragButton: true,
    isDisabled: !canMove,
  });
  const { value: runs, note } = useRunningCost()(running);
  return (
    <li className="card proposal" {...dragProps} data-dragging={isDragging || undefined}>
      <div className="proposal-head">
        <h3>
          <Link to="/w/$workspace/proposals" params={{ workspace: workspace.id }} search={{ ...narrow, open: String(id) }} resetScroll={false} draggable={false}>
            {proposal.title}
          </Link>
        </h3>
        {canMove && (
          <AriaButton {...dragButtonProps} className="button button-quiet button-icon proposal-handle" aria-label={t("proposal.drag", { title: proposal.title })}>
            <GripVertical size={14} aria-hidden />
          </AriaButton>
        )}
      </div>
      <p className="sub">
        {localized(journey?.name) || proposal.journey} · {places.stage(proposal.stage)}
      </p>
      {proposal.pain && (
        <p className="proposal-pain">
          <Link to="/w/$workspace/pains/$pain" params={{ workspace: workspace.id, pain: proposal.pain }}>
            {against ?? proposal.pain}
          </Link>
        </p>
      )}
      <dl className="proposal-facts">
        <div>
          <dt>{t("proposal.rests_on")}</dt>
          <dd>{restsOn}</dd>
        </div>
        <div>
          <dt>{t("proposal.gain")}</dt>
          <dd>
            {gains.length === 0 && t("proposal.gainNone")}
            {gains.map(({ value, interval }) => (
              <span key={value} className="proposal-gain">
                {value} <span className="sub">{interval}</span>
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t("proposal.cost")}</dt>
          <dd>
            {cost}
            {proposal.pain && (
              <span className="sub proposal-runs">
                {runs !== null && `${runs} `}
                {note}
              </span>
            )}
          </dd>
        </div>
      </dl>
      <p className="proposal-foot">
        <span className="sub">
          {proposal.owner ?? t("proposal.ownerNone")}
          {proposal.due && ` · ${t("pain.dueBy", { day: format.day(proposal.due) })}`}
        </span>
        <Allowed to="handle_proposals">
          {statusOf(card) === "done" && (
            <Link className="button button-quiet" to="/w/$workspace/changes" params={{ workspace: workspace.id }} search={{ open: "new", proposal: String(id) }} aria-label={t("change.markOf", { title: proposal.title })}>
              <CalendarCheck size={14} aria-hidden />
              {t("change.mark")}
            </Link>
          )}
          <MenuTrigger>
            <AriaButton id={`move-${id}`} className="button button-quiet" aria-label={`${t("proposal.move")} ${proposal.title}`}>
              <ArrowRightLeft size={14} aria-hidden />
              {t("proposal.move")}
            </AriaButton>
            <Popover className="popover" offset={4} placement="bottom end">
              <Menu className="menu" aria-label={t("proposal.moveOf", { title: proposal.title })} onAction={(key) => onMove(key as ProposalStatus)}>
                {nextOf(statusOf(card)).map((status) => (
                  <MenuItem key={status} id={status} className="option">
                    {t(`proposal.status.${status}`)}
                  </MenuItem>
                ))}
              </Menu>
            </Popover>
          </MenuTrigger>
        </Allowed>
      </p>
    </li>
  );
}
