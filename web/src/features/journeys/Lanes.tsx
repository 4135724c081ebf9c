// Below what is computed, what the team wrote: a lane a row, a card a statement, each with what it rests on.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Card, Lane } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { CurveRow, useCurveLines } from "./Curve";
import { Delta, Figure, useFrame } from "./frame";
import { filledLanes, hasPoints, isCurve, scores, signed, written } from "./lanes";
import type { WrittenStage } from "./lanes";
import type { MapView } from "./view";

export function LaneRows({ view, onChange }: { view: MapView; onChange: (change: Partial<MapView>) => void }) {
  const { t } = useTranslation();
  const { map, of } = useFrame();
  const stages = written(map.journey.definition, of);
  const lanes = filledLanes(stages);
  const live = scores(map.stages);
  const owned = stages.some(({ owner }) => owner !== null);
  const lines = useCurveLines(view);
  const curved = lines.some(({ values }) => isCurve(values));
  const hasScores = hasPoints(live);
  const hasWritten = lanes.length > 0 || owned;
  if (!hasWritten && !hasScores) return null;
  const open = view.lanes === "open" || !hasWritten;
  const Icon = open ? ChevronDown : ChevronRight;
  const cards = (lane: Lane) => lanes.includes(lane) && <CardRow lane={lane} stages={stages} />;
  return (
    <tbody className="lanes">
      {hasWritten && (
        <tr className="lanes-head">
          <th scope="rowgroup" colSpan={map.stages.length + 1}>
            <button type="button" className="lanes-toggle" aria-expanded={open} onClick={() => onChange({ lanes: open ? "closed" : "open" })}>
              <Icon size={14} aria-hidden />
              {t("lanes.title")}
            </button>
            <span className="sub">{t("lanes.note")}</span>
          </th>
        </tr>
      )}
      {open && (
        <>
          {cards("action")}
          {cards("need")}
          {cards("expectation")}
          {curved && <CurveRow lines={lines} view={view} onChange={onChange} />}
          {cards("emotion")}
          {hasScores && <ScoreRow />}
          {cards("pain")}
          {cards("opportunity")}
          {cards("note")}
          {owned && (
            <tr>
              <th scope="row">{t("lane.owner")}</th>
              {stages.map(({ stage, owner }) => (
                <td key={stage}>{owner ?? <Nothing />}</td>
              ))}
            </tr>
          )}
        </>
      )}
    </tbody>
  );
}

/** Said, so that an empty cell is no riddle to a reader. */
function Nothing() {
  const { t } = useTranslation();
  return <span className="visually-hidden">{t("lane.nothing")}</span>;
}

function CardRow({ lane, stages }: { lane: Lane; stages: WrittenStage[] }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{t(`lane.${lane}`)}</th>
      {stages.map(({ stage, cards }) => {
        const here = cards[lane] ?? [];
        return (
          <td key={stage}>
            {here.length === 0 ? (
              <Nothing />
            ) : (
              <ul className="lane-cards">
                {here.map((card) => (
                  <CardItem key={card.id} card={card} />
                ))}
              </ul>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function CardItem({ card }: { card: Card }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map } = useFrame();
  const basis = card.basis ?? "assumption";
  const persona = map.journey.definition.personas?.find((each) => each.id === card.persona);
  return (
    <li className={`lane-card of-${basis}`}>
      <p>{localized(card.text)}</p>
      <p className="lane-card-foot">
        <span className={`badge basis of-${basis}`}>{t(`basis.${basis}`)}</span>
        {card.feeling != null && <span className="sub">{t("lane.feeling", { n: signed(card.feeling) })}</span>}
        {persona && <span className="sub">{localized(persona.name)}</span>}
        {card.source && <span className="sub">{t("lane.source", { source: card.source })}</span>}
      </p>
    </li>
  );
}

/** Scores customers gave, computed like every other number of the map. */
function ScoreRow() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, before } = useFrame();
  return (
    <tr>
      <th scope="row">
        {t("lane.score")}
        <span className="row-note">
          <span className="badge basis of-live">{t("basis.live")}</span>
        </span>
      </th>
      {map.stages.map((stage) => {
        const other = before?.stages.find((each) => each.stage === stage.stage);
        const against = { now: stage.score_mean ?? null, before: other && (other.score_mean ?? null), text: format.decimal };
        return (
          <td key={stage.stage}>
            {stage.score_count === 0 ? (
              <Nothing />
            ) : (
              <>
                <Figure
                  className="strong"
                  info={{
                    title: `${localized(stage.name)} · ${t("metric.score")}`,
                    definition: t("define.score"),
                    pick: stage.reached.pick,
                    people: t("people.reachedHere"),
                    against,
                  }}
                  text={format.decimal(stage.score_mean)}
                />
                <span className="sub"> {t("lane.scores", { count: stage.score_count, n: format.whole(stage.score_count) })} </span>
                <Delta {...against} welcome="more" />
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
}
