// The days of the page beside other days, or its plans beside another version of them: zone by zone with the difference, and the
// heat of both by one scale.
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { PlaceQuestion } from "../../../api/places";
import { placeQuery, siteQuery, siteVersionsQuery } from "../../../api/places";
import { workspacesQuery } from "../../../api/queries";
import type { Floor, PlaceHeatFloor, PlaceZones, Zone } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { AnswerTables } from "../../../ui/answer/AnswerTables";
import { pixels, standalone } from "../../../ui/answer/files";
import type { AnswerTable } from "../../../ui/answer/table";
import { named, numeric } from "../../../ui/answer/table";
import { Button, Picker, Segmented } from "../../../ui/Controls";
import { ExportState, useExporting } from "../../../ui/exporting";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { useSampleName } from "../../../ui/sample";
import { chosenDays } from "../../../ui/scope/period";
import { PeriodPicker, useDaysText } from "../../../ui/scope/pickers";
import { Empty, Failure, Progress } from "../../../ui/States";
import { HEAT_BY, cornerOf, hottest, mixed, strength, valuesOf } from "../cells";
import { FloorPlan } from "../FloorPlan";
import type { Frame } from "../geometry";
import { planOn } from "../plans";
import { rampOf } from "../ramp";
import { CELLS } from "../view";
import type { ViewProps } from "../viewProps";
import { figureOf, figuresOf, useZoneWords } from "../zoneTable";
import { byDay, rowsOf } from "./sides";
import "./compare.css";

const NEWEST = "";
const NO_TABLES: AnswerTable[] = [];

export function CompareTab(props: ViewProps) {
  const { t } = useTranslation();
  const { workspace: id, site, view, question, days, onChange } = props;
  const found = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const versions = useQuery(siteVersionsQuery(id, site.id)).data?.versions ?? [];
  const format = useFormat();
  if (!found) return null;
  const workspace = { ...found, zone: site.time_zone };
  const { against } = view;
  const [last, before] = [days.at(-1), days.at(-2)];
  return (
    <>
      <div className="place-bar" role="group" aria-label={t("place.show.compare")}>
        <PeriodPicker workspace={workspace} period={against?.period ?? view.period} label={t("place.compare.with")} onChange={(period) => onChange({ against: { version: null, ...against, period } })} />
        {versions.length > 1 && (
          <Picker
            label={t("place.compare.version")}
            value={against?.version == null ? NEWEST : String(against.version)}
            choices={[{ id: NEWEST, label: t("place.compare.sameVersion") }, ...versions.map(({ version, note }) => ({ id: String(version), label: t("scope.versionN", { n: version }), ...(note == null ? {} : { note }) }))]}
            onChange={(version) => onChange({ against: { period: view.period, ...against, version: version === NEWEST ? null : Number(version) } })}
          />
        )}
        <Segmented label={t("place.compare.what")} value={view.beside} choices={(["zones", "heat"] as const).map((each) => ({ id: each, label: t(`place.show.${each}`) }))} onChange={(beside) => onChange({ beside })} />
      </div>
      {against === null ? (
        <Empty title={t("place.compare.none")}>
          <p>{t("place.compare.noneHow")}</p>
          {last !== undefined && before !== undefined && (
            <Button
              look="primary"
              onPress={() => onChange({ period: { kind: "fixed", from: last, to: last }, against: { version: null, period: { kind: "fixed", from: before, to: before } } })}
            >
              {t("place.compare.lastDays", { day: format.day(last), before: format.day(before) })}
            </Button>
          )}
        </Empty>
      ) : (
        <Sides {...props} against={against} other={otherQuestion(question, against.version, chosenDays(against.period, workspace))} dataZone={workspace} />
      )}
    </>
  );
}

/** The same question of other days, or by another version. */
function otherQuestion(question: PlaceQuestion, version: number | null, days: ReturnType<typeof chosenDays>): PlaceQuestion {
  const { floor } = question.scope;
  const of = version ?? question.version;
  return { ...(of === undefined ? {} : { version: of }), scope: { ...(days ? { from: days.from.toString(), to: days.to.toString() } : {}), ...(floor == null ? {} : { floor }) } };
}

interface SidesProps extends ViewProps {
  against: NonNullable<ViewProps["view"]["against"]>;
  other: PlaceQuestion;
  dataZone: Parameters<typeof chosenDays>[1];
}

function Sides(props: SidesProps) {
  const { workspace, site, view, question, against, other, dataZone } = props;
  const { t } = useTranslation();
  const daysText = useDaysText();
  const theirs = useQuery({ ...siteQuery(workspace, site.id, against.version), enabled: against.version !== null });
  const otherSite = against.version === null ? site : theirs.data?.site;
  const called = (period: typeof against.period, version: number | null) => {
    const days = chosenDays(period, dataZone);
    const of = days ? daysText(days) : t("period.all");
    return version === null ? of : t("place.compare.ofVersion", { days: of, version: t("scope.versionN", { n: version }) });
  };
  const names: readonly [string, string] = [called(view.period, against.version === null ? null : view.version), called(against.period, against.version)];
  if (theirs.error) return <Failure error={theirs.error} retry={() => void theirs.refetch()} />;
  if (!otherSite) return <div className="skeleton place-skeleton" aria-hidden />;
  if (JSON.stringify(question) === JSON.stringify(other)) return <p className="sub">{t("place.compare.same")}</p>;
  const shared = { ...props, otherSite, names };
  return view.beside === "zones" ? <ZonesBeside {...shared} /> : <HeatBeside {...shared} />;
}

interface BesideProps extends SidesProps {
  otherSite: ViewProps["site"];
  /** What each side is called. */
  names: readonly [string, string];
}

/** The floor a side is drawn on: that of its last day. */
function floorOf(site: ViewProps["site"], floor: Floor, days: readonly string[]): Floor | undefined {
  const plan = planOn(site, days.at(-1));
  return plan?.floors.find(({ id }) => id === floor.id) ?? plan?.floors[0];
}

const SHADES = 7;

/** Doors and the street are passed by everybody: shaded, they would make all others pale. */
const shaded = (answer: PlaceZones) => answer.zones.filter(({ kind }) => kind !== "entrance" && kind !== "street");

function ZonesBeside({ workspace, site, otherSite, floor, view, question, other, names, onChange, onAnswer }: BesideProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const words = useZoneWords();
  const [mine, theirs] = [placeQuery(workspace, site.id, "zones", question), placeQuery(workspace, site.id, "zones", other)];
  const [one, two] = [useQuery(mine), useQuery({ ...theirs, placeholderData: undefined })];
  const figure = view.figure;
  const tables = useMemo<AnswerTable[]>(() => {
    if (!one.data || !two.data) return NO_TABLES;
    const daily = byDay(figure, one.data, two.data);
    const text = (value: number | null) => (daily && value !== null && figure !== "dwell_seconds" ? format.decimal(value) : words.text(figure, value));
    const differ = (value: number | null) => {
      if (value === null) return format.decimal(null);
      if (figure === "reach") return format.points(value, t("points.unit"));
      const size = text(Math.abs(value));
      return value > 0 ? `+${size}` : value < 0 ? `−${size}` : size;
    };
    const rows = rowsOf(figure, one.data, two.data);
    return [
      {
        id: "compare",
        title: t("place.compare.table", { figure: words.name(figure) }),
        columns: [{ name: t("place.zone") }, numeric(names[0]), numeric(names[1]), numeric(t("place.compare.difference")), ...(figure === "reach" ? [numeric(t("place.compare.low")), numeric(t("place.compare.high"))] : [])],
        rows: rows.map(({ name, one: a, other: b, difference, interval, withheld }) => [
          named(localized(name)),
          { value: a, text: text(a), ...(withheld && a === null ? { note: t("place.withheld", { k: one.data?.meta.shown_from ?? 0 }) } : {}) },
          { value: b, text: text(b), ...(withheld && b === null ? { note: t("place.withheld", { k: two.data?.meta.shown_from ?? 0 }) } : {}) },
          { value: difference, text: differ(difference) },
          ...(figure === "reach" ? [{ value: interval?.low ?? null, text: differ(interval?.low ?? null) }, { value: interval?.high ?? null, text: differ(interval?.high ?? null) }] : []),
        ]),
        sortable: true,
        note: [daily ? t("place.compare.byDay") : "", figure === "reach" ? t("place.compare.interval") : ""].filter(Boolean).join(" "),
      },
    ];
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language, which `t` changes with
  }, [one.data, two.data, figure, names[0], names[1], t]);
  useEffect(() => onAnswer({ show: "compare", answer: { one: one.data, other: two.data }, tables, drawn: false }), [one.data, two.data, tables, onAnswer]);
  const figures = figuresOf([...(one.data?.zones ?? []), ...(two.data?.zones ?? [])]);
  const daily = one.data && two.data ? byDay(figure, one.data, two.data) : false;
  const valueOf = (answer: PlaceZones, zone: PlaceZones["zones"][number]) => (figureOf(figure, zone) ?? 0) / (daily ? Math.max(1, answer.meta.days.length) : 1);
  const most = Math.max(0, ...[one.data, two.data].flatMap((answer) => (answer ? shaded(answer).map((zone) => valueOf(answer, zone)) : [])));
  const lookIn = (answer: PlaceZones) => {
    const of = new Map(shaded(answer).map((zone) => [zone.zone, valueOf(answer, zone)]));
    return ({ id }: Zone) => {
      const value = of.get(id);
      return value === undefined ? "bare" : `shade-${most > 0 && value > 0 ? Math.max(1, Math.ceil((value / most) * SHADES)) : 0}`;
    };
  };
  return (
    <>
      <div className="place-bar">
        <Picker label={t("place.shadedBy")} value={figure} choices={figures.map((each) => ({ id: each, label: words.name(each) }))} onChange={(chosen) => onChange({ figure: chosen })} />
      </div>
      <Asked queries={[[mine.queryKey, one], [theirs.queryKey, two]]} />
      <div className="place-pair">
        {([[site, one.data, names[0]], [otherSite, two.data, names[1]]] as const).map(([of, answer, name], index) => {
          const own = answer && floorOf(of, floor, answer.meta.days);
          return (
            answer &&
            own && (
              <Side key={index === 0 ? "one" : "other"} name={name} file={`${site.id}-zones-${index + 1}`} said={t("place.compare.of", { count: answer.meta.days.length, days: format.whole(answer.meta.days.length), visits: format.whole(answer.visits) })}>
                <FloorPlan floor={own} label={t("place.compare.planOf", { name, figure: words.name(figure) })} highest={420} zoneLook={lookIn(answer)} />
              </Side>
            )
          );
        })}
      </div>
      {one.data && two.data && <p className="sub">{t("place.compare.oneScale", { most: daily && figure !== "dwell_seconds" ? format.decimal(most) : words.text(figure, most) })}</p>}
      <AnswerTables tables={tables} />
    </>
  );
}

function HeatBeside({ workspace, site, otherSite, floor, view, question, other, names, onChange, onAnswer }: BesideProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [legend, setLegend] = useState<HTMLDivElement | null>(null);
  const more = { cell_m: view.cell };
  const [mine, theirs] = [placeQuery(workspace, site.id, "heat", question, more), placeQuery(workspace, site.id, "heat", other, more)];
  const [one, two] = [useQuery(mine), useQuery({ ...theirs, placeholderData: undefined })];
  useEffect(() => onAnswer({ show: "compare", answer: { one: one.data, other: two.data }, tables: NO_TABLES, drawn: false }), [one.data, two.data, onAnswer]);
  const sides = ([[site, one.data, names[0]], [otherSite, two.data, names[1]]] as const).map(([of, answer, name]) => {
    const own = answer && floorOf(of, floor, answer.meta.days);
    return { name, own, days: answer?.meta.days.length ?? 0, heat: answer?.floors.find((each) => each.floor === own?.id) };
  });
  // By the day, so that days of different numbers are drawn by one scale.
  const most = Math.max(0, ...sides.map(({ heat, days }) => (heat ? hottest(valuesOf(heat, view.heat)) / Math.max(1, days) : 0)));
  return (
    <>
      <div className="place-bar">
        <Segmented label={t("place.heat.by")} value={view.heat} choices={HEAT_BY.map((id) => ({ id, label: t(`place.heat.${id}`) }))} onChange={(by) => onChange({ heat: by })} />
        <Picker label={t("place.heat.cell")} value={String(view.cell)} choices={CELLS.map((cell) => ({ id: String(cell), label: t("place.heat.cellOf", { metres: cell }) }))} onChange={(cell) => onChange({ cell: Number(cell) })} />
      </div>
      <Asked queries={[[mine.queryKey, one], [theirs.queryKey, two]]} />
      <div className="place-pair">
        {sides.map(({ name, own, heat, days }, index) =>
          own ? (
            <Side key={index === 0 ? "one" : "other"} name={name} file={`${site.id}-heat-${index + 1}`} said={t("place.compare.heatOf", { count: days, days: format.whole(days), time: format.duration(heat?.seconds ?? 0) })}>
              {heat ? (
                <HeatSide floor={own} heat={heat} by={view.heat} days={days} most={most} legend={legend} label={t("place.compare.planOf", { name, figure: t(`place.heat.${view.heat}`) })} />
              ) : (
                <p className="place-note">{t("place.heat.none")}</p>
              )}
            </Side>
          ) : null,
        )}
      </div>
      <div className="heat-legend">
        <span className="sub">{t("place.compare.heatScale", { by: t(`place.heat.${view.heat}`), most: view.heat === "seconds" ? format.duration(most) : format.rough(most) })}</span>
        <div className="heat-scale">
          <div className="heat-ramp" ref={setLegend} aria-hidden>
            {Array.from({ length: SHADES }, (_, step) => (
              <span key={step} style={{ background: `var(--heat-${step})` }} />
            ))}
          </div>
        </div>
      </div>
    </>
  );
}

interface HeatSideProps {
  floor: Floor;
  heat: PlaceHeatFloor;
  by: (typeof HEAT_BY)[number];
  days: number;
  most: number;
  legend: HTMLDivElement | null;
  label: string;
}

function HeatSide({ floor, heat, by, days, most, legend, label }: HeatSideProps) {
  const paint = useCallback(
    (surface: CanvasRenderingContext2D, frame: Frame) => {
      const ramp = rampOf(legend);
      const values = valuesOf(heat, by);
      const side = heat.cell_m * frame.scale;
      for (const [index, cell] of heat.cells.entries()) {
        const [x, y] = cornerOf(heat, cell);
        surface.fillStyle = `rgb(${mixed(ramp, strength((values[index] ?? 0) / Math.max(1, days), most)).join(" ")})`;
        surface.fillRect(frame.x(x), frame.y(y) - side, side + 0.5, side + 0.5);
      }
    },
    [heat, by, days, most, legend],
  );
  return <FloorPlan floor={floor} label={label} highest={420} paint={paint} zoneLook={seeThrough} />;
}

const seeThrough = () => "clear";

/** How far both questions are, and what went wrong. */
function Asked({ queries }: { queries: readonly (readonly [readonly unknown[], { isFetching: boolean; isPending: boolean; error: Error | null; refetch: () => unknown }])[] }) {
  return (
    <>
      {queries.map(([key, { isFetching }]) => isFetching && <Progress key={JSON.stringify(key)} queryKey={key} />)}
      {queries.map(([key, { error, refetch }]) => error && <Failure key={JSON.stringify(key)} error={error} retry={() => void refetch()} />)}
      {queries.some(([, { isPending }]) => isPending) && <div className="skeleton place-skeleton" aria-hidden />}
    </>
  );
}

/** One side with its picture, which can be saved by itself. */
function Side({ name, file, said, children }: { name: string; file: string; said: string; children: ReactNode }) {
  const { t } = useTranslation();
  const card = useRef<HTMLElement>(null);
  const sample = useSampleName();
  const exporting = useExporting();
  const write = (form: "svg" | "png") => {
    const drawn = card.current?.querySelector<SVGSVGElement>("svg.picture");
    if (!drawn) return;
    const drawing = standalone(drawn, sample === null ? null : [sample, name].join(" · "));
    exporting.write(`${file}.${form}`, async () => ({ content: form === "svg" ? new Blob([drawing.svg], { type: "image/svg+xml" }) : await pixels(drawing), name: null }));
  };
  return (
    <section ref={card} className="card place-card" aria-label={name}>
      <header className="section-head">
        <div>
          <h2>{name}</h2>
          <p className="section-note">{said}</p>
        </div>
        <Allowed to="export">
          <div className="page-actions place-end place-side-actions">
            {(["svg", "png"] as const).map((form) => (
              <Button key={form} look="quiet" aria-label={t("action.of", { action: t(`export.${form}`), of: name })} onPress={() => write(form)}>
                <Download size={14} aria-hidden />
                {form.toUpperCase()}
              </Button>
            ))}
          </div>
        </Allowed>
      </header>
      <ExportState of={exporting} />
      {children}
    </section>
  );
}
