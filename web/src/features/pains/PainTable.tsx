// Pains as rows: what, where, whom, since when, how much, and who is at it.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { notSeen } from "../../api/pains";
import type { Journey, TrackedPain, WorkspaceInfo } from "../../api/types";
import { Num } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import { usePlaces } from "../../ui/places";
import { PainStatusBadge } from "./PainStatusBadge";
import { useCustomersFigure, useExplainPain, useMoneyFigure, useSentence, useWhen, useWhom } from "./words";

export function PainTable({
  workspace,
  rows,
  definition,
}: {
  workspace: WorkspaceInfo;
  rows: readonly TrackedPain[];
  definition: Journey | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const places = usePlaces(definition);
  const sentence = useSentence();
  const whom = useWhom();
  const when = useWhen(workspace);
  const names = {
    kind: t("pain.kind"),
    stage: t("map.stage"),
    whom: t("pain.whom"),
    when: t("pain.when"),
    size: t("pain.size"),
    status: t("pain.status"),
    owner: t("pain.owner"),
  };
  return (
    <div className="card table-scroll">
      <table className="table pains-table">
        <thead>
          <tr>
            <th scope="col">{t("nav.pains")}</th>
            {Object.values(names).map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((tracked) => (
            <tr key={tracked.pain.key}>
              <th scope="row">
                <Link to="/w/$workspace/pains/$pain" params={{ workspace: workspace.id, pain: tracked.pain.key }}>
                  {sentence(tracked.pain)}
                </Link>
              </th>
              <td className="brief" data-name={names.kind}>{t(`pain.kind.${tracked.pain.kind}`)}</td>
              <td className="brief" data-name={names.stage}>{places.stage(tracked.pain.stage)}</td>
              <td data-name={names.whom}>{whom(tracked.pain.facet)}</td>
              <td data-name={names.when}>{when(tracked)}</td>
              <td data-name={names.size}>
                <Size workspace={workspace} tracked={tracked} />
              </td>
              <td data-name={names.status}>
                <PainStatusBadge status={tracked.status} />
                {notSeen(tracked) && <span className="sub pains-unseen">{t("pain.notSeen")}</span>}
              </td>
              <td data-name={names.owner}>
                {tracked.owner ?? NOTHING}
                {tracked.due && <span className="sub pains-due">{t("pain.dueBy", { day: format.day(tracked.due) })}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Size({ workspace, tracked }: { workspace: WorkspaceInfo; tracked: TrackedPain }) {
  const { t } = useTranslation();
  const explain = useExplainPain(workspace);
  const customers = useCustomersFigure()(tracked.pain);
  const money = useMoneyFigure()(tracked.pain);
  return (
    <div className="pains-size">
      {[customers, ...(money ? [money] : [])].map((figure) => (
        <div key={figure.title}>
          <Num of={figure.title} explain={() => explain(tracked, figure)}>
            {figure.value}
          </Num>
          <span className="sub">{figure.interval}</span>
        </div>
      ))}
      {tracked.pain.money.known === "missing" && <span className="sub">{t(`pain.moneyMissing.${tracked.pain.money.why}`)}</span>}
    </div>
  );
}
