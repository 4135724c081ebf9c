// Moves between stages, as a diagram that stands under the map's columns, or as a table.
import { use, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { JourneyMap, Move } from "../../api/types";
import { FlowDiagram } from "../../charts/FlowDiagram";
import type { FlowLink, FlowNode } from "../../charts/flowLayout";
import { Segmented } from "../../ui/Controls";
import { ExplainContext } from "../../ui/explain";
import { useCount } from "../../ui/count";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Delta, Figure, useExplained, useFrame } from "./frame";
import type { Against, FigureInfo } from "./frame";
import { ratio } from "./metric";
import type { MapView } from "./view";

interface Flow {
  nodes: FlowNode[];
  links: (FlowLink & { move: Move })[];
}

/** The map's stages and moves in the form the diagram takes. */
export function flowOf(map: JourneyMap): Flow {
  const index = new Map(map.stages.map((stage, at) => [stage.stage, at]));
  const nodes = map.stages.map((stage) => ({
    id: stage.stage,
    entries: stage.entries,
    goal: stage.exits.goal,
    leave: stage.exits.leave,
    open: stage.exits.open,
  }));
  const links = map.moves.flatMap((move) => {
    const from = index.get(move.from);
    const to = move.to.to === "stage" ? index.get(move.to.stage) : undefined;
    return from === undefined || to === undefined ? [] : [{ from, to, count: move.count, move }];
  });
  return { nodes, links };
}

/** Journeys that begin in a stage: its stays that no move leads to. */
export function startsOf({ nodes, links }: { nodes: FlowNode[]; links: FlowLink[] }): number[] {
  const starts = nodes.map((node) => node.entries);
  for (const link of links) starts[link.to] = (starts[link.to] ?? 0) - link.count;
  return starts;
}

export function MovesRow({ view, onChange }: { view: MapView; onChange: (moves: MapView["moves"]) => void }) {
  const { t } = useTranslation();
  const { map } = useFrame();
  const flow = useMemo(() => flowOf(map), [map]);
  return (
    <tr className="moves-row">
      <th scope="row">
        {t("row.moves")}
        <span className="row-note">{t("row.moves.note")}</span>
        <Segmented
          label={t("moves.view")}
          value={view.moves}
          choices={[
            { id: "diagram", label: t("moves.diagram") },
            { id: "table", label: t("moves.table") },
          ]}
          onChange={onChange}
        />
        <Legend />
      </th>
      <td colSpan={map.stages.length}>{view.moves === "diagram" ? <Diagram flow={flow} /> : <MovesTable />}</td>
    </tr>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className="legend">
      {(["forward", "back", "goal", "leave", "open"] as const).map((end) => (
        <li key={end}>
          <span className={`swatch of-${end}`} aria-hidden />
          {t(`end.${end}`)}
        </li>
      ))}
    </ul>
  );
}

function useMoveInfo(): (move: Move) => FigureInfo & { against: Against } {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, before } = useFrame();
  const there = ({ from, to }: Move) => before?.moves.find((each) => each.from === from && each.to.to === to.to && (to.to !== "stage" || (each.to.to === "stage" && each.to.stage === to.stage)));
  const name = (id: string) => localized(map.stages.find((stage) => stage.stage === id)?.name) || id;
  return (move) => ({
    title: `${name(move.from)} → ${move.to.to === "stage" ? name(move.to.stage) : t(`end.${move.to.to}`)}`,
    definition: t("define.move"),
    pick: move.people.pick,
    against: { now: move.count, before: before ? (there(move)?.count ?? 0) : undefined, text: format.whole },
  });
}

function Diagram({ flow }: { flow: Flow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map } = useFrame();
  const info = useMoveInfo();
  const explained = useExplained();
  const open = use(ExplainContext);
  const count = useCount();
  const starts = useMemo(() => startsOf(flow), [flow]);
  const moveOf = (link: FlowLink) => flow.links.find((other) => other.from === link.from && other.to === link.to)?.move;
  const end = (index: number, to: "goal" | "leave" | "open") => {
    const stage = map.stages[index];
    const move = map.moves.find((other) => other.from === stage?.stage && other.to.to === to);
    if (!move) return null;
    return (
      <span className="flow-end">
        <span className={`swatch of-${to}`} aria-hidden />
        {t(`end.${to}`)}
        <Figure info={info(move)} text={format.count(move.count)} full={format.whole(move.count)} />
      </span>
    );
  };
  return (
    <FlowDiagram
      nodes={flow.nodes}
      links={flow.links}
      label={t("moves.label")}
      nodeName={(index) => localized(map.stages[index]?.name)}
      nodeNumber={(index) => t("moves.stays", { n: format.count(flow.nodes[index]?.entries ?? 0) })}
      linkNumber={(link) => format.count(link.count)}
      linkText={(link) => {
        const move = moveOf(link);
        if (!move) return "";
        return t("moves.link", {
          move: info(move).title,
          times: count("times", move.count),
          customers: count("customers", move.people.customers),
          share: format.percent(ratio(move.count, flow.nodes[link.from]?.entries ?? 0)),
        });
      }}
      onOpen={(link) => {
        const move = moveOf(link);
        if (move) open(explained(info(move), format.whole(move.count)));
      }}
      above={(index) => (
        <>
          {(starts[index] ?? 0) > 0 && (
            <span className="flow-end">
              <span aria-hidden>↓</span>
              {t("moves.start")}
              <Figure
                info={{
                  title: `${localized(map.stages[index]?.name)} · ${t("moves.start")}`,
                  definition: t("define.moveStart"),
                  ...(map.stages[index] ? { pick: map.stages[index].starts.pick } : {}),
                }}
                text={format.count(starts[index] ?? 0)}
                full={format.whole(starts[index] ?? 0)}
              />
            </span>
          )}
          {end(index, "goal")}
        </>
      )}
      below={(index) => (
        <>
          {end(index, "leave")}
          {end(index, "open")}
        </>
      )}
    />
  );
}

function MovesTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map } = useFrame();
  const info = useMoveInfo();
  const targets = [
    ...map.stages.map((stage) => ({ id: stage.stage, name: localized(stage.name), stage: true })),
    ...(["goal", "leave", "open"] as const).map((end) => ({ id: end as string, name: t(`end.${end}`), stage: false })),
  ];
  const find = (moves: Move[], from: string, target: (typeof targets)[number]) =>
    moves.find(
      (move) =>
        move.from === from &&
        (target.stage ? move.to.to === "stage" && move.to.stage === target.id : move.to.to === target.id),
    );
  return (
    <div className="table-scroll">
      <table className="table moves-table">
        <caption className="visually-hidden">{t("moves.label")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("moves.fromTo")}</th>
            {targets.map((target) => (
              <th scope="col" className="numeric" key={target.id}>
                {target.name}
              </th>
            ))}
            <th scope="col" className="numeric">
              {t("moves.total")}
            </th>
          </tr>
        </thead>
        <tbody>
          {map.stages.map((stage) => (
            <tr key={stage.stage}>
              <th scope="row">{localized(stage.name)}</th>
              {targets.map((target) => {
                const move = find(map.moves, stage.stage, target);
                if (!move) {
                  return (
                    <td className="numeric" key={target.id}>
                      {NOTHING}
                    </td>
                  );
                }
                const told = info(move);
                return (
                  <td className="numeric" key={target.id}>
                    <Figure info={told} text={format.count(move.count)} full={format.whole(move.count)} /> <Delta {...told.against} />
                  </td>
                );
              })}
              <td className="numeric">
                <Figure
                  info={{
                    title: `${localized(stage.name)} · ${t("moves.total")}`,
                    definition: t("define.entries"),
                    pick: stage.reached.pick,
                    people: t("people.reachedHere"),
                  }}
                  text={format.count(stage.entries)}
                  full={format.whole(stage.entries)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
