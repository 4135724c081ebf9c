// What is being done about it: proposals by column of the board, and those whose day has passed.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { COLUMNS, statusOf } from "../../api/proposals";
import { proposalsQuery } from "../../api/queries";
import type { TrackedProposal, WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { dayIn } from "./days";
import { overdue } from "./overdue";
import { Part, Stat, Step } from "./Step";

const SHOWN_MAX = 4;

export function Proposals({ workspace }: { workspace: WorkspaceInfo }) {
  const proposals = useQuery(proposalsQuery(workspace.id));
  return (
    <Step step="improve">
      <Part asked={proposals}>{({ proposals: all }) => <Board workspace={workspace} proposals={all} />}</Part>
    </Step>
  );
}

function Board({ workspace, proposals }: { workspace: WorkspaceInfo; proposals: readonly TrackedProposal[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const params = { workspace: workspace.id };
  const late = overdue(proposals, dayIn(workspace.zone));
  if (proposals.length === 0) {
    return (
      <p>
        {t("overview.noProposals")}{" "}
        <Link to="/w/$workspace/proposals" params={params} search={{}}>
          {t("overview.toBoard")}
        </Link>
      </p>
    );
  }
  return (
    <>
      <dl className="overview-stats">
        {COLUMNS.map((status) => (
          <Stat key={status} name={t(`proposal.status.${status}`)}>
            <Link to="/w/$workspace/proposals" params={params} search={{}}>
              {format.whole(proposals.filter((each) => statusOf(each) === status).length)}
            </Link>
          </Stat>
        ))}
        <Stat name={t("overview.overdue")} bad={late.length > 0}>
          {format.whole(late.length)}
        </Stat>
      </dl>
      {late.length > 0 && (
        <ul className="overview-list" aria-label={t("overview.overdue")}>
          {late.slice(0, SHOWN_MAX).map(({ id, proposal }) => (
            <li key={id}>
              <Link to="/w/$workspace/proposals" params={params} search={{ open: String(id) }}>
                {proposal.title}
              </Link>
              <span className="badge badge-bad">
                <span aria-hidden>!</span>
                {t("overview.dueOn", { day: format.day(proposal.due ?? "") })}
              </span>
              {proposal.owner && <span className="sub">{proposal.owner}</span>}
            </li>
          ))}
          {late.length > SHOWN_MAX && <li className="sub">{t("overview.andMore", { n: format.whole(late.length - SHOWN_MAX) })}</li>}
        </ul>
      )}
    </>
  );
}
