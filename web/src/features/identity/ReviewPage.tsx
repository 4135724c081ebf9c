// The queue of what people are asked about identities: cases by reason on one side, the one that is looked at on the other.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { identityReviewQuery } from "../../api/identity";
import { workspacesQuery } from "../../api/queries";
import type { IdentityCase } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Empty, Failure, Progress } from "../../ui/States";
import { CaseView } from "./CaseView";
import { Decided } from "./Decided";
import type { JustDecided } from "./Decided";
import { IdentityHead } from "./IdentityHead";
import { useKeysOn, useQueueKeys } from "./useQueueKeys";
import { stepped } from "./verdict";
import { REASONS, isReason, useIdentityWords } from "../../ui/identity/words";
import "../../ui/identity/identity.css";
import "./identity.css";

const ALL = "*";

export function ReviewPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const navigate = useNavigate();
  const { workspace } = useParams({ from: "/w/$workspace/identity" });
  const { why: asked, case: opened } = useSearch({ from: "/w/$workspace/identity" });
  const why = isReason(asked) ? asked : null;
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const options = identityReviewQuery(workspace, why);
  const queue = useInfiniteQuery(options);
  const [keys, setKeys] = useKeysOn();
  const [decided, setDecided] = useState<JustDecided | null>(null);
  const cases = queue.data?.pages.flatMap((page) => page.cases) ?? [];
  const first = queue.data?.pages[0];
  // A workspace without events has no cases either.
  const empty = queue.error instanceof ApiError && queue.error.code === "workspace_empty";
  const sees = useMay()("see_customers");
  const current = sees ? (opened ?? cases[0]?.subject.profile ?? null) : null;
  const go = (search: { why?: string; case?: string }) => void navigate({ to: "/w/$workspace/identity", params: { workspace }, search, replace: true });
  const look = (profile: string | null | undefined) => profile != null && go({ ...(why === null ? {} : { why }), case: profile });
  // -1 where the case was opened by a link and is on no page that is loaded.
  const at = cases.findIndex(({ subject }) => subject.profile === current);
  const step = async (by: number) => {
    if (at + by < cases.length || !queue.hasNextPage) return look(cases[stepped(at, by, cases.length)]?.subject.profile);
    if (queue.isFetching) return;
    const { data } = await queue.fetchNextPage();
    look(data?.pages.flatMap((page) => page.cases)[at + by]?.subject.profile);
  };
  const pane = useRef<HTMLElement>(null);
  const arrives = useRef(false);
  // What had the focus is gone with what was decided or undone: it goes to the case that is looked at now.
  useEffect(() => {
    if (!arrives.current || !pane.current) return;
    arrives.current = false;
    pane.current.focus();
  });
  useQueueKeys(keys && cases.length > 0, { j: () => void step(1), k: () => void step(-1) });
  const after = (made: JustDecided) => {
    setDecided(made);
    arrives.current = cases.some(({ subject }) => subject.profile !== current);
    // On to the next one; the one decided is gone from the queue.
    const next = cases[at + 1] ?? cases[at - 1];
    if (next) look(next.subject.profile);
    else go(why === null ? {} : { why });
  };
  const counts = new Map(first?.reasons.map((reason) => [reason.why, reason.count]));
  return (
    <div className="page">
      <IdentityHead workspace={workspace} tab="review" />
      {queue.isFetching && !queue.data && <Progress queryKey={options.queryKey} />}
      {queue.error && !empty && <Failure error={queue.error} retry={() => void queue.refetch()} />}
      {(empty || first?.reasons.length === 0) && (
        <Empty title={t("identity.none")}>
          <p>{t("identity.noneWhat")}</p>
          <p>{t("identity.noneHow")}</p>
        </Empty>
      )}
      {first && first.reasons.length > 0 && (
        <>
          <div className="scope identity-bar">
            <Picker
              label={t("identity.reason")}
              value={why ?? ALL}
              choices={[{ id: ALL, label: t("identity.allReasons") }, ...REASONS.filter((reason) => counts.has(reason) || reason === why).map((reason) => ({ id: reason, label: words.why(reason), note: format.whole(counts.get(reason) ?? 0) }))]}
              onChange={(next) => go(next === ALL ? {} : { why: next })}
            />
            <span role="status">{t("identity.open", { n: format.whole(first.total), count: first.total })}</span>
            {sees && (
              <div className="identity-keys">
                <label>
                  <input type="checkbox" checked={keys} onChange={(event) => setKeys(event.target.checked)} /> {t("identity.keys")}
                </label>
                {keys && (
                  <span className="sub">
                    <kbd>j</kbd> {t("identity.keys.next")} <kbd>k</kbd> {t("identity.keys.before")} <kbd>1</kbd> <kbd>2</kbd> <kbd>3</kbd> {t("identity.keys.choose")} <kbd>d</kbd> {t("identity.keys.decide")} <kbd>u</kbd> {t("identity.keys.undo")}
                  </span>
                )}
              </div>
            )}
          </div>
          {!sees && <p className="needs">{t("identity.masked")}</p>}
          <div className={sees ? "identity-queue" : undefined}>
            <section className="card identity-list" aria-label={t("identity.queue")}>
              <List cases={cases} current={current} onLook={sees ? look : null} />
              {queue.hasNextPage && (
                <div className="identity-more">
                  <Button onPress={() => void queue.fetchNextPage()} isDisabled={queue.isFetchingNextPage}>
                    {t("identity.more")}
                  </Button>
                </div>
              )}
            </section>
            {sees && (
              <section className="card identity-pane" aria-label={t("identity.case")} ref={pane} tabIndex={-1}>
                {current === null ? <p className="identity-settled">{t("identity.noMatch")}</p> : <CaseView key={current} workspace={workspace} profile={current} zone={zone} keys={keys} onDecided={after} />}
              </section>
            )}
          </div>
        </>
      )}
      <Decided
        workspace={workspace}
        decided={decided}
        keys={keys}
        focused={cases.length === 0}
        onGone={() => {
          arrives.current = true;
          setDecided(null);
        }}
      />
    </div>
  );
}

/** `onLook` null: one may not see more than this. */
function List({ cases, current, onLook }: { cases: IdentityCase[]; current: string | null; onLook: ((profile: string | null | undefined) => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  if (cases.length === 0) return <p className="identity-settled">{t("identity.noMatch")}</p>;
  return (
    <ol className="identity-cases">
      {cases.map(({ subject, withheld, withheld_count: count }, n) => {
        const whys = [...new Set(withheld.map((link) => link.why))];
        const text = (
          <>
            <span className="identity-subject">{words.member(subject)}</span>
            <span className="sub">
              {whys.map(words.why).join(t("common.comma"))} · {t("identity.withheldN", { n: format.whole(count), count })}
            </span>
          </>
        );
        return (
          <li key={subject.profile ?? n}>
            {onLook ? (
              <button type="button" className="identity-opener" aria-current={subject.profile === current ? "true" : undefined} onClick={() => onLook(subject.profile)}>
                {text}
              </button>
            ) : (
              <span className="identity-opener">{text}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
