// Ways between zones: the moves from one to the next, where visits began and ended, and where people stopped first. Arcs on the
// plan are as thick as they were gone often; the table beside it has every link that may be told.
import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { PlaceFlows, PlaceLinks, PlaceMove } from "../../api/types";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import type { FigureInfo } from "../../ui/answer/figure";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import type { Arc } from "./arcs";
import { arcPath, arcsOf } from "./arcs";
import { FloorPlan } from "./FloorPlan";
import type { Frame } from "./geometry";
import { useZoneName } from "./names";
import { LINKS, TOPS } from "./view";
import type { LinksOf } from "./view";
import { ViewFrame } from "./ViewFrame";
import { behindLink } from "./visits/wanted";
import type { ViewProps } from "./viewProps";

const NO_TABLES: AnswerTable[] = [];
const THICKEST = 12;
/** On a small plan the thickest is this part of its width. */
const ACROSS = 60;
const THINNEST = 1.5;
const LOOP_THICKEST = 6;
const HIT = 14;
/** Rows of the table beside the plan. */
const ROWS = 14;

export function Flows(props: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = placeQuery(props.workspace, props.site.id, "flows", props.question);
  const asked = useQuery(query);
  const zoneName = useZoneName(props.plan?.floors ?? []);
  const flows = asked.data;
  const { onVisits } = props;
  const tables = useMemo<AnswerTable[]>(() => {
    if (!flows) return NO_TABLES;
    const end = (of: LinksOf, zone: string | null | undefined) => named(of === "first_stops" && zone == null ? t("place.flows.nowhere") : zoneName(zone));
    const infoOf = (of: LinksOf, link: PlaceMove): FigureInfo => {
      const behind = behindLink(of, link);
      return { title: t("place.flows.times"), definition: t(`place.define.${of}`), ...(onVisits && behind ? { way: { text: t("place.visits.behind"), go: () => onVisits({ behind }) } } : {}) };
    };
    return LINKS.map((of) => ({
      id: of,
      title: t(`place.flows.${of}`),
      columns: [...(of === "first_stops" ? [] : [{ name: t(`place.flows.${of}.from`) }]), { name: t(`place.flows.${of}.to`) }, numeric(t("place.flows.times")), numeric(t("place.flows.share")), numeric(t("place.total.visits"))],
      rows: flows[of].links.map((link) => [
        ...(of === "first_stops" ? [] : [end(of, link.from)]),
        end(of, link.to),
        { value: link.times, text: format.whole(link.times), info: infoOf(of, link) },
        { value: flows[of].times > 0 ? link.times / flows[of].times : null, text: format.percent(flows[of].times > 0 ? link.times / flows[of].times : null) },
        { value: link.visits, text: format.whole(link.visits) },
      ]),
      foot: flows[of].withheld.links === 0 ? [] : [[named(t("place.flows.withheldRow", { n: format.whole(flows[of].withheld.links) })), ...(of === "first_stops" ? [] : [named("")]), { value: flows[of].withheld.times, text: format.whole(flows[of].withheld.times) }, { value: null, text: "" }, { value: null, text: "" }]],
      sortable: true,
    }));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- names and formats follow from the language, which `t` changes with
  }, [flows, props.plan, onVisits, t]);
  return (
    <ViewFrame show="flows" queryKey={query.queryKey} asked={asked} tables={tables} drawn onAnswer={props.onAnswer}>
      {(answer) => <FlowsOf {...props} answer={answer} zoneName={zoneName} table={tables.find(({ id }) => id === props.view.links)} />}
    </ViewFrame>
  );
}

interface OfProps extends ViewProps {
  answer: PlaceFlows;
  zoneName: (zone: string | null | undefined) => string;
  table: AnswerTable | undefined;
}

function FlowsOf({ floor, view, onChange, answer, zoneName, table }: OfProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const links: PlaceLinks = answer[view.links];
  const told = (link: PlaceMove) => {
    const share = format.percent(links.times > 0 ? link.times / links.times : null);
    const of = { times: format.whole(link.times), share, visits: format.whole(link.visits) };
    if (view.links === "first_stops") return t("place.flows.readStop", { to: zoneName(link.to), ...of });
    return t("place.flows.read", { from: zoneName(link.from), to: zoneName(link.to), ...of });
  };
  return (
    <>
      <div className="place-bar" role="group" aria-label={t("place.show.flows")}>
        <Segmented label={t("place.flows.which")} value={view.links} choices={LINKS.map((id) => ({ id, label: t(`place.flows.${id}`) }))} onChange={(chosen) => onChange({ links: chosen })} />
        <Picker label={t("place.flows.top")} value={String(view.top)} choices={TOPS.map((n) => ({ id: String(n), label: t("place.flows.topN", { n }) }))} onChange={(n) => onChange({ top: Number(n) })} />
      </div>
      <div className="place-pair">
        <section className="card place-card" aria-label={t("place.plan")}>
          <ArcsPlan floor={floor} links={links.links} top={view.top} label={t("place.flows.label", { which: t(`place.flows.${view.links}`) })} told={told} />
          {links.withheld.links > 0 && (
            <p className="place-note">{t("place.flows.withheld", { count: links.withheld.links, n: format.whole(links.withheld.links), times: format.whole(links.withheld.times), k: answer.meta.shown_from })}</p>
          )}
        </section>
        {table && <AnswerTables key={table.id} tables={[table]} first={ROWS} />}
      </div>
    </>
  );
}

interface ArcsProps {
  floor: ViewProps["floor"];
  links: readonly PlaceMove[];
  top: number;
  label: string;
  told: (link: PlaceMove) => string;
}

/** The arcs are one list that arrow keys walk, each read out whole. */
function ArcsPlan({ floor, links, top, label, told }: ArcsProps) {
  const { t } = useTranslation();
  const [read, setRead] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const elements = useRef<(SVGGElement | null)[]>([]);
  const arcs = useMemo(() => arcsOf(links, floor, top), [links, floor, top]);
  const current = Math.min(active, arcs.length - 1);
  const lit = read === null ? undefined : arcs[read];
  const press = (event: KeyboardEvent, at: number) => {
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: arcs.length - 1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = (next + arcs.length) % arcs.length;
    setActive(to);
    elements.current[to]?.focus();
  };
  const text = (arc: Arc) => {
    const link = links[arc.index];
    return link ? told(link) : "";
  };
  return (
    <>
      <FloorPlan floor={floor} label={label} zoneLook={pale} interactive={arcs.length > 0}>
        {(frame) => (
          <g className={lit ? "arcs reading" : "arcs"}>
            {arcs.map((arc, at) => (
              // A group of the picture that is read out and does nothing when pressed.
              <g
                key={`${arc.index} ${arc.loop}`}
                ref={(element) => {
                  elements.current[at] = element;
                }}
                role="img"
                aria-label={text(arc)}
                // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
                tabIndex={at === current ? 0 : -1}
                className={read === at ? "arc lit" : "arc"}
                onFocus={() => {
                  setActive(at);
                  setRead(at);
                }}
                onBlur={() => setRead(null)}
                onPointerEnter={() => setRead(at)}
                onPointerLeave={() => setRead(null)}
                onKeyDown={(event) => press(event, at)}
              >
                <ArcLine arc={arc} frame={frame} />
              </g>
            ))}
          </g>
        )}
      </FloorPlan>
      <p className="flow-read" aria-hidden>
        {lit ? text(lit) : t(arcs.length > 0 ? "place.flows.readHow" : "place.flows.none")}
      </p>
    </>
  );
}

const pale = () => "pale";

function ArcLine({ arc, frame }: { arc: Arc; frame: Frame }) {
  // A loop is short: as thick as others it would be a blot.
  const thickest = Math.min(THICKEST, frame.width / ACROSS);
  const thickness = Math.max(THINNEST, Math.min(arc.weight * thickest, arc.loop ? LOOP_THICKEST : thickest));
  const head = thickness * 0.9 + 4;
  const { path, tip, angle } = arcPath(arc, frame.x, frame.y, frame.scale, head * 0.8);
  const corner = (turn: number, far: number) => `${(tip[0] + Math.cos(angle + turn) * far).toFixed(1)},${(tip[1] + Math.sin(angle + turn) * far).toFixed(1)}`;
  return (
    <>
      <path className="flow-hit" d={path} strokeWidth={Math.max(HIT, thickness)} />
      <path className="arc-line" d={path} strokeWidth={thickness} />
      <path className="arc-head" d={`M${corner(0, head * 0.8)}L${corner(2.2, head)}L${corner(-2.2, head)}Z`} />
    </>
  );
}
