// The maps: how each stands to its goal, how fresh it is, and whether the team should have looked at it again. The maps
// are asked for one after another, so that a page that is merely passed through does not keep the server busy.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { sitesQuery } from "../../api/places";
import { journeyQuery, journeysQuery, mapQuery } from "../../api/queries";
import type { JourneyInfo, JourneyMap, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { goalState } from "../../ui/goal";
import { useLocalized } from "../../ui/language";
import { TableScroll } from "../../ui/TableScroll";
import { dayIn, isOver } from "./days";
import { Part, Step } from "./Step";

/** Maps asked for at once; the others when somebody wants to see them. */
const FIRST_MAX = 6;

export function Journeys({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const journeys = useQuery(journeysQuery(workspace.id));
  const [shown, setShown] = useState(FIRST_MAX);
  const [done, setDone] = useState(0);
  return (
    <Step step="journey" shape="wide">
      <Part asked={journeys}>
        {({ journeys: all }) => (
          <>
            {all.length > 0 && (
              <TableScroll labelledBy="step-journey">
                <table className="table overview-journeys">
                  <thead>
                    <tr>
                      <th scope="col">{t("overview.map")}</th>
                      <th scope="col">{t("totals.conversion")}</th>
                      <th scope="col">{t("goal.target")}</th>
                      <th scope="col">{t("overview.fresh")}</th>
                      <th scope="col">{t("goal.review")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.slice(0, shown).map((journey, index) => (
                      <Row key={journey.id} workspace={workspace} journey={journey} turn={index <= done} onDone={() => setDone((before) => Math.max(before, index + 1))} />
                    ))}
                  </tbody>
                </table>
              </TableScroll>
            )}
            {all.length > shown && (
              <p>
                <Button onPress={() => setShown(all.length)}>{t("overview.andMore", { n: format.whole(all.length - shown) })}</Button>
              </p>
            )}
          </>
        )}
      </Part>
      <Sites workspace={workspace.id} />
    </Step>
  );
}

/** Places whose floors are walked. */
function Sites({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const sites = useQuery(sitesQuery(workspace)).data?.sites ?? [];
  if (sites.length === 0) return null;
  return (
    <nav className="overview-sites" aria-label={t("nav.sites")}>
      <span className="sub">{t("nav.sites")}</span>
      <ul>
        {sites.slice(0, FIRST_MAX).map(({ id, name }) => (
          <li key={id}>
            <Link to="/w/$workspace/sites/$site" params={{ workspace, site: id }} search={{}}>
              {localized(name)}
            </Link>
          </li>
        ))}
        {sites.length > FIRST_MAX && (
          <li>
            <Link to="/w/$workspace/sites" params={{ workspace }}>
              {t("overview.andMore", { n: format.whole(sites.length - FIRST_MAX) })}
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}

function Row({ workspace, journey, turn, onDone }: { workspace: WorkspaceInfo; journey: JourneyInfo; /** Whether its map may be asked for. */ turn: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const definition = useQuery(journeyQuery(workspace.id, journey.id, null)).data?.journey;
  // As the map's own page asks, so that it stands there at once.
  const ask = mapQuery({ workspace: workspace.id, journey: journey.id, version: null, persona: null, scope: { entry: {}, zone: journey.zone } });
  const map = useQuery({ ...ask, enabled: turn && workspace.events !== 0 });
  const settled = workspace.events === 0 || map.isSuccess || map.isError || (turn && map.fetchStatus === "idle");
  useEffect(() => {
    if (settled) onDone();
    // oxlint-disable-next-line react/exhaustive-deps
  }, [settled]);
  const review = definition?.review ?? null;
  const late = review !== null && isOver(review, dayIn(workspace.zone));
  const none = <span className="sub">{t("overview.noEventsYet")}</span>;
  return (
    <tr>
      <th scope="row">
        <Link to="/w/$workspace/journeys/$journey" params={{ workspace: workspace.id, journey: journey.id }} search={{}}>
          {localized(journey.name)}
        </Link>
        {definition?.owner && (
          <span className="sub overview-under">
            {t("goal.owner")} {definition.owner}
          </span>
        )}
      </th>
      <td data-name={t("totals.conversion")}>{workspace.events === 0 ? none : turn || map.data ? <Part asked={map} slow={ask.queryKey} empty={none}>{(answer) => <Conversion map={answer} />}</Part> : <span className="sub">{t("overview.waits")}</span>}</td>
      <td data-name={t("goal.target")}>{map.data && <Target map={map.data} />}</td>
      <td data-name={t("overview.fresh")}>
        {t("scope.versionN", { n: journey.version })}
        <span className="sub overview-under">{t("journeys.saved", { when: format.dateTime(journey.saved_at_us, workspace.zone) })}</span>
        {workspace.last_us != null && <span className="sub overview-under">{t("overview.newestEvent", { when: format.dateTime(workspace.last_us, workspace.zone) })}</span>}
      </td>
      <td data-name={t("goal.review")}>
        {review === null ? <span className="sub">{t("overview.noReview")}</span> : format.day(review)}
        {late && (
          <span className="badge badge-bad">
            <span aria-hidden>!</span>
            {t("overview.overdue")}
          </span>
        )}
      </td>
    </tr>
  );
}

function Conversion({ map }: { map: JourneyMap }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversion, goal, started } = map.totals;
  if (started.instances === 0) return <span className="sub">{t("overview.nobodyOnMap")}</span>;
  const text = format.percent(conversion.share);
  return (
    <>
      <Num
        of={t("totals.conversion")}
        explain={() => ({
          title: t("totals.conversion"),
          value: text,
          definition: t("define.conversion"),
          question: map.meta.question,
          meta: map.meta,
          pick: goal.pick,
          people: t("people.arrived"),
          journey: { id: map.journey.id, version: map.journey.version },
        })}
      >
        {text}
      </Num>
      {conversion.low != null && conversion.high != null && <span className="sub overview-under">{t("totals.interval", { low: format.percent(conversion.low), high: format.percent(conversion.high) })}</span>}
    </>
  );
}

function Target({ map }: { map: JourneyMap }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { goal } = map.journey.definition;
  const { target } = goalState(goal, map.totals.conversion);
  if (goal.target == null) return <span className="sub">{t("goal.notSet")}</span>;
  return (
    <>
      {format.percent(goal.target)}
      {goal.by && <span className="sub"> {t("goal.by", { day: format.day(goal.by) })}</span>}
      {target && (
        <span className={target.state === "met" ? "sub overview-under delta-good" : target.state === "missed" ? "sub overview-under delta-bad" : "sub overview-under"}>
          {target.state !== "unclear" && (
            <span className="mark" aria-hidden>
              {target.state === "met" ? "▲" : "▼"}
            </span>
          )}
          {t(`goal.${target.state}`, { by: format.points(Math.abs(target.short), t("points.unit")).replace("+", "") })}
        </span>
      )}
    </>
  );
}
