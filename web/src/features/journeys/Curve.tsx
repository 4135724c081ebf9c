// The emotion curve: a line for each persona, the average, and the scores, as a picture or as a table.
import { useTranslation } from "react-i18next";

import { CurveKey, EmotionCurve } from "../../charts/EmotionCurve";
import type { CurveLine, CurveLook } from "../../charts/EmotionCurve";
import { MultiPicker, Segmented } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import type { Format } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import type { Group } from "../../ui/scope/group";
import { AVERAGE, PERSONAS_MAX, feelingLines, shownLines } from "./curves";
import { useFrame } from "./frame";
import { hasPoints, scores } from "./lanes";
import type { MapView } from "./view";

/** Whose feelings the map is asked about: its own group, and the one compared with. */
const askedOf = ({ of, compare }: MapView): Group[] => [of, ...(compare.kind === "group" ? [compare.group] : [])];

/** The lines of the curve that are shown, those with anything to show. */
export function useCurveLines(view: MapView): CurveLine[] {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useLineName();
  const { map, before, versus } = useFrame();
  const asked = askedOf(view);
  const shown = shownLines(feelingLines(map.journey.definition, asked), view.curves, asked);
  const personas = shown.filter(({ key }) => key !== AVERAGE);
  const feelingText = (feeling: number) => feelingOf(format, feeling);
  const there = before && map.stages.map(({ stage }) => before.stages.find((each) => each.stage === stage) ?? { score_mean: null, score_count: 0 });
  const lines: CurveLine[] = [
    ...shown.map(({ key, feelings }) => ({
      key: `feelings ${key}`,
      name: name(key),
      // The only line there is has faces.
      look: key === AVERAGE || shown.length === 1 ? ("average" as const) : ((personas.findIndex((line) => line.key === key) + 1) as CurveLook),
      values: feelings,
      text: feelingText,
    })),
    { key: "scores", name: t("lane.curveScored"), look: "scored", values: scores(map.stages), text: format.decimal },
    ...(there && versus ? [{ key: "scores there", name: t("versus.scored", { other: versus.other }), look: "scored-other" as const, values: scores(there), text: format.decimal }] : []),
  ];
  return lines.filter(({ values }) => hasPoints(values));
}

function useLineName(): (key: string) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map } = useFrame();
  return (key) => (key === AVERAGE ? t("lane.curveAverage") : localized(map.journey.definition.personas?.find(({ id }) => id === key)?.name) || key);
}

/** A mean of feelings, signed. */
export function feelingOf(format: Format, feeling: number): string {
  return `${feeling > 0 ? "+" : ""}${format.decimal(feeling).replace("-", "−")}`;
}

export function CurveRow({ lines, view, onChange }: { lines: readonly CurveLine[]; view: MapView; onChange: (change: Partial<MapView>) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const name = useLineName();
  const { map } = useFrame();
  const asked = askedOf(view);
  const offered = feelingLines(map.journey.definition, asked);
  const shown = shownLines(offered, view.curves, asked).map(({ key }) => key);
  const isFull = shown.filter((key) => key !== AVERAGE).length >= PERSONAS_MAX;
  const columns = map.stages.map((stage) => localized(stage.name));
  return (
    <tr className="emotion-row">
      <th scope="row">
        {t("lane.curve")}
        <Segmented
          label={t("curve.view")}
          value={view.curve}
          choices={[
            { id: "diagram", label: t("moves.diagram") },
            { id: "table", label: t("moves.table") },
          ]}
          onChange={(curve) => onChange({ curve })}
        />
        {offered.length > 1 && (
          <MultiPicker
            label={t("curve.lines")}
            labelHidden
            summary={t("curve.shown", { count: shown.length, n: shown.length })}
            values={shown}
            choices={offered.map(({ key }) => ({ id: key, label: name(key), disabled: isFull && key !== AVERAGE && !shown.includes(key) }))}
            onChange={(curves) => onChange({ curves })}
          />
        )}
        <ul className="legend" aria-label={t("curve.lines")}>
          {lines.map(({ key, name: of, look }) => (
            <li key={key}>
              <CurveKey look={look} />
              {of}
            </li>
          ))}
        </ul>
      </th>
      <td colSpan={map.stages.length}>
        {view.curve === "table" ? (
          <CurveTable lines={lines} columns={columns} />
        ) : (
          <EmotionCurve lines={lines} columns={columns} nothing={t("lane.nothing")} label={t("curve.picture", { lines: lines.map(({ name: of }) => of).join(t("common.comma")), n: columns.length })} />
        )}
      </td>
    </tr>
  );
}

function CurveTable({ lines, columns }: { lines: readonly CurveLine[]; columns: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <div className="table-scroll">
      <table className="table">
        <caption className="visually-hidden">{t("lane.curve")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("map.stage")}</th>
            {lines.map(({ key, name }) => (
              <th scope="col" className="numeric" key={key}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column, at) => (
            // Two stages may be called the same.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={at}>
              <th scope="row">{column}</th>
              {lines.map(({ key, values, text }) => {
                const value = values[at];
                return (
                  <td className="numeric" key={key}>
                    {value == null ? NOTHING : text(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
