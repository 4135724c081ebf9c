// Zones ranked by what happened in them, and the plan shaded by one of their figures. A zone chosen in either is marked in both.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { PlaceZone, PlaceZones } from "../../api/types";
import { Figure } from "../../ui/answer/figure";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { Picker } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { SortHead } from "../../ui/SortHead";
import type { Sorting } from "../../ui/SortHead";
import { TableScroll } from "../../ui/TableScroll";
import { FloorPlan } from "./FloorPlan";
import { useListed } from "./names";
import type { ZoneFigure } from "./view";
import { ViewFrame } from "./ViewFrame";
import type { ViewProps } from "./viewProps";
import { behindZone } from "./visits/wanted";
import { figureOf, figuresOf, useZoneWords } from "./zoneTable";

const NO_TABLES: AnswerTable[] = [];
const SHADES = 7;

export function Zones(props: ViewProps) {
  const { t } = useTranslation();
  const query = placeQuery(props.workspace, props.site.id, "zones", props.question);
  const asked = useQuery(query);
  const localized = useLocalized();
  const words = useZoneWords();
  const zones = asked.data;
  const tables = useMemo<AnswerTable[]>(() => {
    if (!zones) return NO_TABLES;
    return [
      {
        id: "zones",
        title: t("place.show.zones"),
        columns: [{ name: t("place.zone") }, { name: t("place.kind") }, ...figuresOf(zones.zones).map((figure) => numeric(words.name(figure)))],
        rows: zones.zones.map((zone) => [named(localized(zone.name)), named(t(`place.zoneKind.${zone.kind}`)), ...figuresOf(zones.zones).map((figure) => ({ value: figureOf(figure, zone), text: words.text(figure, figureOf(figure, zone)) }))]),
      },
    ];
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language, which `t` changes with
  }, [zones, t]);
  return (
    <ViewFrame show="zones" queryKey={query.queryKey} asked={asked} tables={tables} drawn onAnswer={props.onAnswer}>
      {(answer) => <ZonesOf {...props} answer={answer} />}
    </ViewFrame>
  );
}

function ZonesOf({ floor, view, onChange, onVisits, answer }: ViewProps & { answer: PlaceZones }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const words = useZoneWords();
  const listed = useListed();
  const figures = figuresOf(answer.zones);
  const [picked, setPicked] = useState<string | null>(null);
  const [by, setBy] = useState<Sorting<ZoneFigure | "name">>({ column: view.figure, down: true });
  const of = new Map(answer.zones.map((zone) => [zone.zone, zone]));
  const most = Math.max(0, ...answer.zones.filter((zone) => zone.floor === floor.id && drawnKind(zone)).map((zone) => figureOf(view.figure, zone) ?? 0));
  const withheld = new Set(answer.withheld.map(({ zone }) => zone));
  const look = (id: string) => {
    const zone = of.get(id);
    if (withheld.has(id)) return "withheld";
    if (!zone || !drawnKind(zone)) return "bare";
    return `shade-${shadeOf(figureOf(view.figure, zone), most)}`;
  };
  const shadeBy = (figure: ZoneFigure) => {
    onChange({ figure });
    setBy({ column: figure, down: true });
  };
  const behind = (figure: ZoneFigure, zone: PlaceZone) => {
    const wanted = (figureOf(figure, zone) ?? 0) > 0 ? behindZone(figure, zone.zone) : null;
    return onVisits && wanted ? () => onVisits(wanted) : undefined;
  };
  const toggle = (zone: string) => setPicked(picked === zone ? null : zone);
  const chosen = picked === null ? undefined : of.get(picked);
  const rows = answer.zones.toSorted((a, b) => order(a, b, by, localized));
  return (
    <>
      <div className="place-bar" role="group" aria-label={t("place.show.zones")}>
        <Picker label={t("place.shadedBy")} value={view.figure} choices={figures.map((id) => ({ id, label: words.name(id) }))} onChange={shadeBy} />
      </div>
      <section className="card place-card" aria-label={t("place.plan")}>
        <FloorPlan
          floor={floor}
          label={t("place.zones.label", { figure: words.name(view.figure) })}
          highest={480}
          zoneLook={({ id }) => look(id)}
          picked={picked}
          onZone={toggle}
        />
        <p className="flow-read" role="status">
          {chosen
            ? t("place.zones.read", { zone: localized(chosen.name), kind: t(`place.zoneKind.${chosen.kind}`), figure: words.name(view.figure), value: words.text(view.figure, figureOf(view.figure, chosen)) })
            : picked !== null && withheld.has(picked)
              ? t("place.zones.readWithheld", { k: answer.meta.shown_from })
              : t("place.zones.readHow")}
        </p>
        <div className="heat-legend">
          <span className="sub">{words.name(view.figure)}</span>
          <div className="heat-scale">
            <div className="heat-ramp" aria-hidden>
              {Array.from({ length: SHADES }, (_, step) => (
                <span key={step} className={`shade-${step + 1}`} />
              ))}
            </div>
            <ol className="heat-marks">
              <li>{words.text(view.figure, 0)}</li>
              <li>{words.text(view.figure, most)}</li>
            </ol>
          </div>
          {answer.withheld.length > 0 && <span className="sub">{t("place.zones.withheld", { zones: listed(answer.withheld.map(({ name }) => localized(name))), k: answer.meta.shown_from })}</span>}
        </div>
      </section>
      <section className="card" aria-labelledby="zones-title">
        <header className="section-head">
          <h2 id="zones-title">{t("place.zones.title")}</h2>
          <p className="section-note">{t("place.zones.of", { visits: format.whole(answer.visits) })}</p>
        </header>
        <TableScroll labelledBy="zones-title">
          <table className="table place-zones">
            <thead>
              <tr>
                <SortHead column="name" name={t("place.zone")} by={by} onSort={setBy} />
                <th scope="col">{t("place.kind")}</th>
                {figures.map((figure) => (
                  <SortHead key={figure} column={figure} name={words.name(figure)} numeric by={by} onSort={setBy} />
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((zone) => (
                <tr key={zone.zone} className={picked === zone.zone ? "chosen" : ""}>
                  <th scope="row">
                    <button type="button" className="place-pick" aria-pressed={picked === zone.zone} onClick={() => toggle(zone.zone)}>
                      {localized(zone.name)}
                    </button>
                  </th>
                  <td>{t(`place.zoneKind.${zone.kind}`)}</td>
                  {figures.map((figure) => (
                    <td key={figure} className="numeric">
                      {figureOf(figure, zone) === null ? NOTHING : <Figure info={words.info(figure, localized(zone.name), behind(figure, zone))} text={words.text(figure, figureOf(figure, zone))} />}
                    </td>
                  ))}
                </tr>
              ))}
              {answer.withheld.map((zone) => (
                <tr key={zone.zone}>
                  <th scope="row">{localized(zone.name)}</th>
                  <td>{t(`place.zoneKind.${zone.kind}`)}</td>
                  <td colSpan={figures.length} className="sub">
                    {t("place.withheld", { k: answer.meta.shown_from })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      </section>
    </>
  );
}

/** Doors and the street are passed by everybody: shaded, they would make all others pale. */
function drawnKind({ kind }: Pick<PlaceZone, "kind">): boolean {
  return kind !== "entrance" && kind !== "street";
}

/** From 1 to 7; 0 where there is nothing. */
function shadeOf(value: number | null, most: number): number {
  return value === null || value <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil((value / most) * SHADES));
}

function order(a: PlaceZone, b: PlaceZone, { column, down }: Sorting<ZoneFigure | "name">, localized: (text: PlaceZone["name"]) => string): number {
  if (column === "name") return localized(a.name).localeCompare(localized(b.name)) * (down ? -1 : 1);
  const [one, other] = [figureOf(column, a), figureOf(column, b)];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return down ? other - one : one - other;
}
