// What came of it: the newest dated changes, each with what its number was before and after.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { changeResultQuery, changesQuery } from "../../api/changes";
import type { KeptChange, WorkspaceInfo } from "../../api/types";
import { useChangeWords } from "../../ui/change/words";
import { Notice, Verdict } from "../../ui/change/Verdict";
import { useFormat } from "../../ui/format";
import { Part, Step } from "./Step";

const SHOWN_MAX = 3;

export function Changes({ workspace }: { workspace: WorkspaceInfo }) {
  const changes = useQuery(changesQuery(workspace.id));
  return (
    <Step step="prove">
      <Part asked={changes}>{({ changes: all }) => <Newest workspace={workspace} changes={all} />}</Part>
    </Step>
  );
}

function Newest({ workspace, changes }: { workspace: WorkspaceInfo; changes: readonly KeptChange[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const params = { workspace: workspace.id };
  const toAll = (text: string) => (
    <Link to="/w/$workspace/changes" params={params} search={{}}>
      {text}
    </Link>
  );
  if (changes.length === 0) {
    return (
      <p>
        {t("overview.noChanges")} {toAll(t("overview.toChanges"))}
      </p>
    );
  }
  return (
    <>
      <Notice />
      <ul className="overview-list">
        {changes.slice(0, SHOWN_MAX).map((kept) => (
          <Line key={kept.id} workspace={workspace} kept={kept} />
        ))}
        {changes.length > SHOWN_MAX && <li>{toAll(t("overview.andMore", { n: format.whole(changes.length - SHOWN_MAX) }))}</li>}
      </ul>
    </>
  );
}

function Line({ workspace, kept }: { workspace: WorkspaceInfo; kept: KeptChange }) {
  const format = useFormat();
  const words = useChangeWords();
  const options = changeResultQuery(workspace.id, kept);
  const result = useQuery({ ...options, retry: false });
  const { change } = kept;
  return (
    <li>
      <Link to="/w/$workspace/changes/$change" params={{ workspace: workspace.id, change: String(kept.id) }}>
        {change.title}
      </Link>
      <span className="sub">
        {format.day(change.day)} · {change.metric.name}
      </span>
      <Part asked={result} slow={options.queryKey}>
        {({ of, effect, verdict }) => (
          <>
            {effect && (
              <span>
                {words.effect(of, effect)} <span className="sub">{words.interval(of, effect)}</span>
              </span>
            )}
            <Verdict verdict={verdict} />
          </>
        )}
      </Part>
    </li>
  );
}
