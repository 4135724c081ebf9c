// What hurts: the open pains that cost most, and how they are handled.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { openOnes } from "../../api/pains";
import { painsQuery } from "../../api/queries";
import type { TrackedPain, WorkspaceInfo } from "../../api/types";
import { useInterval } from "../../ui/estimate";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Part, Stat, Step } from "./Step";

const SHOWN_MAX = 5;

export function Pains({ workspace }: { workspace: WorkspaceInfo }) {
  const pains = useQuery(painsQuery(workspace.id, null));
  return (
    <Step step="find" shape="tall">
      <Part asked={pains}>{({ pains: all }) => <Known workspace={workspace} pains={all} />}</Part>
    </Step>
  );
}

function Known({ workspace, pains }: { workspace: WorkspaceInfo; pains: readonly TrackedPain[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = openOnes(pains);
  const params = { workspace: workspace.id };
  const count = (status: TrackedPain["status"]) => pains.filter((each) => each.status === status).length;
  if (pains.length === 0) {
    return (
      <p>
        {t("overview.noPains")}{" "}
        <Link to="/w/$workspace/pains" params={params} search={{}}>
          {t("overview.lookForPains")}
        </Link>
      </p>
    );
  }
  return (
    <>
      <dl className="overview-stats">
        <Stat name={t("overview.openPains")}>
          <Link to="/w/$workspace/pains" params={params} search={{}}>
            {format.whole(open.length)}
          </Link>
        </Stat>
        <Stat name={t("pain.status.working")}>{format.whole(count("working"))}</Stat>
        <Stat name={t("pain.status.came_back")} bad={count("came_back") > 0}>
          {format.whole(count("came_back"))}
        </Stat>
        <Stat name={t("pain.status.closed")}>{format.whole(count("closed"))}</Stat>
      </dl>
      {open.length > 0 && (
        <ol className="overview-pains">
          {open.slice(0, SHOWN_MAX).map((tracked) => (
            <li key={tracked.pain.key}>
              <Link to="/w/$workspace/pains/$pain" params={{ ...params, pain: tracked.pain.key }}>
                <Sentence tracked={tracked} />
              </Link>
              <span className="overview-pain-facts">
                <Size tracked={tracked} />
                <span className={tracked.status === "came_back" ? "badge badge-bad" : "badge"}>{t(`pain.status.${tracked.status}`)}</span>
                {tracked.owner && <span className="sub">{tracked.owner}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Sentence({ tracked }: { tracked: TrackedPain }) {
  return useLocalized()(tracked.pain.sentence);
}

/** What it costs a month; where that is not known, how many customers it hits. */
function Size({ tracked }: { tracked: TrackedPain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const { pain } = tracked;
  const { money, customers_per_month: customers } = pain;
  const write = (value: number) => (money.known === "per_month" ? format.money(value, money.currency) : format.rough(value));
  const estimate = money.known === "per_month" ? money.amount : customers;
  const figure =
    money.known === "per_month"
      ? { title: t("pain.money"), value: t("pain.perMonthMoney", { amount: write(estimate.value) }), definition: t("define.pain.money") }
      : { title: t("pain.customers"), value: t("pain.perMonthCustomers", { count: estimate.value, n: write(estimate.value) }), definition: t("define.pain.customers") };
  const range = interval(estimate, write);
  return (
    <>
      <Num
        of={figure.title}
        explain={() => ({
          ...figure,
          value: t("pain.withInterval", { value: figure.value, interval: range }),
          question: pain.question,
          pick: pain.pick,
          people: t("pain.people"),
          journey: { id: pain.journey, version: tracked.journey_version },
        })}
      >
        {figure.value}
      </Num>
      <span className="sub">{range}</span>
    </>
  );
}
