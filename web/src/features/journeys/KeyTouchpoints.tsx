// Key touchpoints: how much each matters against how well it does. An association, and the words say so.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ScatterField } from "../../charts/ScatterField";
import type { KeyTouchpoint } from "../../api/types";
import { Segmented } from "../../ui/Controls";
import { useInterval } from "../../ui/estimate";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Delta, Figure, useFrame } from "./frame";
import "./panels.css";

/** Shown before somebody asks for all. */
const FIRST = 6;

export default function KeyTouchpoints() {
  const { t } = useTranslation();
  const { map } = useFrame();
  const [shown, setShown] = useState<"picture" | "table">("picture");
  const [all, setAll] = useState(false);
  const ranked = map.key_touchpoints;
  if (ranked.length === 0) return null;
  return (
    <section className="card section panel" aria-labelledby="key-title">
      <header className="section-head">
        <h2 id="key-title">{t("key.title")}</h2>
        <p className="section-note">{t("key.note")}</p>
        <Segmented
          label={t("key.view")}
          value={shown}
          choices={[
            { id: "picture", label: t("moves.diagram") },
            { id: "table", label: t("moves.table") },
          ]}
          onChange={setShown}
        />
      </header>
      <p className="panel-warning">{t("key.association")}</p>
      {shown === "picture" ? (
        <div className="key-body">
          <Picture ranked={ranked} />
          <div className="key-list">
            <ol>
              {ranked.slice(0, all ? undefined : FIRST).map((touchpoint, index) => (
                <Item key={touchpoint.touchpoint} touchpoint={touchpoint} place={index + 1} />
              ))}
            </ol>
            {ranked.length > FIRST && (
              <button type="button" className="button button-quiet" aria-expanded={all} onClick={() => setAll(!all)}>
                {all ? t("panel.fewer") : t("panel.all", { n: ranked.length })}
              </button>
            )}
          </div>
        </div>
      ) : (
        <Table ranked={ranked} />
      )}
    </section>
  );
}

function Picture({ ranked }: { ranked: readonly KeyTouchpoint[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const points = ranked.flatMap((touchpoint, index) => {
    const { importance, performance, role } = touchpoint;
    if (!importance || performance.share == null) return [];
    const { value, low, high } = importance;
    return [{ name: String(index + 1), title: localized(touchpoint.name), x: performance.share, y: value, low, high, look: role }];
  });
  if (points.length === 0) return <p className="key-none">{t("key.nothing")}</p>;
  const roles = [...new Set(ranked.map(({ role }) => role))];
  return (
    <figure>
      <ScatterField
        points={points}
        label={t("key.picture", { n: points.length })}
        xName={t("key.performance")}
        yName={t("key.importanceAxis", { unit: t("points.unit") })}
        xText={(value) => format.percent(value)}
        yText={(value) => format.points(value, "").trim()}
      />
      <figcaption className="key-roles">
        {roles.map((role) => (
          <span key={role}>
            <span className={`role-mark of-role-${role}`} aria-hidden />
            <strong>{t(`key.role.${role}`)}</strong> <span className="sub">{t(`key.role.${role}.note`)}</span>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Item({ touchpoint, place }: { touchpoint: KeyTouchpoint; place: number }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const stageName = useStageName();
  const { role } = touchpoint;
  return (
    <li className="key-item">
      <span className={`role-mark of-role-${role}`} aria-hidden>
        {place}
      </span>
      <div>
        <p>
          <strong>{localized(touchpoint.name)}</strong> <span className="sub">{stageName(touchpoint.stage)}</span>{" "}
          <span className={`badge role of-role-${role}`}>{t(`key.role.${role}`)}</span>
        </p>
        <p className="key-numbers">
          <span className="sub">{t("key.importance")}</span> <Importance touchpoint={touchpoint} />
        </p>
        <p className="key-numbers">
          <span className="sub">{t("key.performance")}</span> <Performance touchpoint={touchpoint} />
        </p>
      </div>
    </li>
  );
}

function useStageName(): (id: string) => string {
  const localized = useLocalized();
  const { map } = useFrame();
  return (id) => localized(map.stages.find((stage) => stage.stage === id)?.name) || id;
}

function useOther(touchpoint: KeyTouchpoint): KeyTouchpoint | undefined {
  const { before } = useFrame();
  return before?.key_touchpoints.find((other) => other.touchpoint === touchpoint.touchpoint);
}

function Importance({ touchpoint }: { touchpoint: KeyTouchpoint }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const interval = useInterval();
  const other = useOther(touchpoint);
  const { importance, with_goal: having, without_goal: lacking } = touchpoint;
  if (!importance) return <span className="sub">{t("key.noImportance")}</span>;
  const points = (value: number) => format.points(value, t("points.unit"));
  const against = { now: importance.value, before: other && (other.importance?.value ?? null), share: true, text: points };
  const counts = (of: typeof having) => `${format.percent(of.share)} (${format.whole(of.hits)} / ${format.whole(of.of)})`;
  return (
    <>
      <Figure
        className="strong"
        info={{
          title: `${localized(touchpoint.name)} · ${t("key.importance")}`,
          definition: t("define.importance", { with: counts(having), without: counts(lacking) }),
          pick: touchpoint.reached.pick,
          people: t("people.reachedHere"),
          against,
        }}
        text={points(importance.value)}
      />
      <span className="sub">{interval(importance, (value) => format.points(value, "").trim())}</span>{" "}
      <Delta {...against} />
    </>
  );
}

function Performance({ touchpoint }: { touchpoint: KeyTouchpoint }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map } = useFrame();
  const other = useOther(touchpoint);
  const { performance, standard, score_mean: score } = touchpoint;
  const pick = map.touchpoints.find((each) => each.touchpoint === touchpoint.touchpoint)?.onward.pick;
  const against = { now: performance.share ?? null, before: other && (other.performance.share ?? null), share: true, text: format.percent };
  return (
    <>
      <Figure
        className="strong"
        info={{
          title: `${localized(touchpoint.name)} · ${t("key.performance")}`,
          definition: t("define.performance"),
          people: t("people.wentOn"),
          against,
          ...(pick ? { pick } : {}),
        }}
        text={format.percent(performance.share)}
        full={performance.share == null ? NOTHING : `${format.percent(performance.share)} (${format.whole(performance.hits)} / ${format.whole(performance.of)})`}
      />
      {standard && <span className="sub">{t(`key.standard.${standard.of}`, { share: format.percent(standard.value) })}</span>}{" "}
      <Delta {...against} welcome="more" />
      {score != null && <span className="sub"> {t("key.score", { score: format.decimal(score) })}</span>}
    </>
  );
}

function Table({ ranked }: { ranked: readonly KeyTouchpoint[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const stageName = useStageName();
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("key.place")}</th>
            <th scope="col">{t("key.touchpoint")}</th>
            <th scope="col">{t("map.stage")}</th>
            <th scope="col">{t("key.role")}</th>
            <th scope="col">{t("key.importance")}</th>
            <th scope="col">{t("key.performance")}</th>
            <th scope="col" className="numeric">
              {t("row.reached")}
            </th>
          </tr>
        </thead>
        <tbody>
          {ranked.map((touchpoint, index) => (
            <tr key={touchpoint.touchpoint}>
              <td>{index + 1}</td>
              <th scope="row">{localized(touchpoint.name)}</th>
              <td>{stageName(touchpoint.stage)}</td>
              <td>
                <span className={`badge role of-role-${touchpoint.role}`}>{t(`key.role.${touchpoint.role}`)}</span>
              </td>
              <td>
                <Importance touchpoint={touchpoint} />
              </td>
              <td>
                <Performance touchpoint={touchpoint} />
              </td>
              <td className="numeric">
                <Figure
                  info={{ title: `${localized(touchpoint.name)} · ${t("figure.reached")}`, definition: t("define.reached"), pick: touchpoint.reached.pick }}
                  text={format.whole(touchpoint.reached.instances)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
