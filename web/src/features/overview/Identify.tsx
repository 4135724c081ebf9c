// Who they are: how many customers, in which segments, and what people are asked about identities.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { identityReviewQuery } from "../../api/identity";
import { segmentsQuery, sizeQuery } from "../../api/segments";
import type { Meta, People, Segment, SegmentsAnswer, WorkspaceInfo } from "../../api/types";
import type { Explained } from "../../ui/explain";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMay, useStores } from "../../ui/rights";
import { Part, Stat, Step } from "./Step";

/** As many segments as one question takes. */
const SEGMENTS_MAX = 5;
/** The question takes a segment, and there may be none: any will do, since the whole workspace is told beside it. */
const any = (event: string): Segment => ({ id: "any", name: "any", who: { did: { match: [{ event: [event] }] } } });

export function Identify({ workspace }: { workspace: WorkspaceInfo }) {
  const stored = useQuery(segmentsQuery(workspace.id));
  const ids = stored.data?.segments.slice(0, SEGMENTS_MAX).map(({ segment }) => segment.id);
  const ask = sizeQuery(workspace.id, ids === undefined || ids.length === 0 ? [any(workspace.event_names[0] ?? "")] : ids);
  const sizes = useQuery({ ...ask, enabled: ids !== undefined && workspace.events !== 0 });
  const whole = useStores(workspace.id) === null;
  const { t } = useTranslation();
  return (
    <Step step="identify">
      {workspace.events === 0 ? (
        <p>{t("overview.noCustomers")}</p>
      ) : stored.error ? (
        <Part asked={stored}>{() => null}</Part>
      ) : (
        <Part asked={sizes} slow={ask.queryKey} empty={<p>{t("overview.noCustomers")}</p>}>
          {(answer) => <Customers workspace={workspace.id} answer={answer} stored={ids?.length ?? 0} of={stored.data?.segments.length ?? 0} />}
        </Part>
      )}
      {whole && workspace.events !== 0 && <Cases workspace={workspace.id} />}
    </Step>
  );
}

function Customers({ workspace, answer, stored, of }: { workspace: string; answer: SegmentsAnswer; stored: number; of: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const may = useMay(workspace);
  return (
    <>
      <dl className="overview-stats">
        <Stat name={t("overview.customers")} note={may("see_customers") ? <Link to="/w/$workspace/customers" params={{ workspace }} search={{}}>{t("overview.findOne")}</Link> : undefined}>
          <PeopleNumber title={t("overview.customers")} definition={t("overview.customersWhat")} people={answer.population} meta={answer.meta} />
        </Stat>
      </dl>
      {stored > 0 ? (
        <ul className="overview-list" aria-label={t("nav.segments")}>
          {answer.segments.map((segment) => (
            <li key={segment.id}>
              <Link to="/w/$workspace/segments/$segment" params={{ workspace, segment: segment.id }} search={{}}>
                {localized(segment.name)}
              </Link>
              <PeopleNumber title={localized(segment.name)} definition={localized(segment.definition)} people={segment.members} meta={answer.meta} />
              <span className="sub">{format.percent(segment.share.share)}</span>
            </li>
          ))}
          {of > stored && (
            <li className="sub">
              <Link to="/w/$workspace/segments" params={{ workspace }}>
                {t("overview.andMore", { n: format.whole(of - stored) })}
              </Link>
            </li>
          )}
        </ul>
      ) : (
        <p>
          {t("overview.noSegments")}{" "}
          <Link to="/w/$workspace/segments" params={{ workspace }}>
            {t("nav.segments")}
          </Link>
        </p>
      )}
    </>
  );
}

function PeopleNumber({ title, definition, people, meta }: { title: string; definition: string; people: People; meta: Meta }) {
  const format = useFormat();
  const explain = (): Explained => ({ title, definition, value: format.whole(people.customers), question: meta.question, meta, pick: people.pick });
  return (
    <Num of={title} explain={explain}>
      {format.count(people.customers)}
    </Num>
  );
}

function Cases({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const options = identityReviewQuery(workspace, null);
  const queue = useInfiniteQuery(options);
  const { error, fetchStatus, isEnabled, refetch } = queue;
  return (
    <Part asked={{ data: queue.data?.pages[0], error, fetchStatus, isEnabled, refetch }} slow={options.queryKey}>
      {({ total }) => (
        <p className="overview-line">
          <Link to="/w/$workspace/identity" params={{ workspace }} search={{}}>
            {t("nav.identity")}
          </Link>{" "}
          {total === 0 ? (
            <span className="sub">{t("overview.noCases")}</span>
          ) : (
            <span className="badge badge-bad">
              <span aria-hidden>!</span>
              {t("identity.open", { count: total, n: format.whole(total) })}
            </span>
          )}
        </p>
      )}
    </Part>
  );
}
