// The map as a tree: stages in their order, touchpoints in each, and what every one takes of the events there are. Both
// are moved by dragging or by keyboard, and events are dropped on them.
import { ChevronDown, ChevronRight, CircleAlert, Flag, GripVertical, Plus } from "lucide-react";
import { useState } from "react";
import type { Key, TextDropItem } from "react-aria-components";
import { Button as AriaButton, Tree, TreeItem, TreeItemContent, useDragAndDrop } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Journey } from "../../../api/types";
import { useChannelName } from "../../../ui/channel";
import { Button } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { ruleName } from "../../../ui/rule/rules";
import type { Part, Stage, Target, Touchpoint } from "./draft";
import { likely, moveStage, moveTouchpoint, stagePlace, touchpointPlace } from "./draft";
import { samePart } from "./faults";
import type { Tried } from "./useTried";

/** What is dragged, as the things that take it tell it apart. */
const STAGE = "application/x-throughline-stage";
const TOUCHPOINT = "application/x-throughline-touchpoint";
export const EVENT = "application/x-throughline-event";

interface Props {
  draft: Journey;
  part: Part;
  tried: Tried;
  onChoose: (part: Part) => void;
  onChange: (draft: Journey) => void;
  /** An event goes to a touchpoint. */
  onTake: (event: string, touchpoint: string) => void;
  /** An event becomes a touchpoint of its own. */
  onMake: (event: string, stage: string, to?: number) => void;
}

function partOf(key: Key): Pick<Target, "of" | "id"> {
  const [, of, id = ""] = /^(stage|touchpoint):(.*)$/.exec(String(key)) ?? [];
  return { of: of === "stage" ? "stage" : "touchpoint", id };
}

const targetOf = (target: { key: Key; dropPosition: Target["at"] }): Target => ({ ...partOf(target.key), at: target.dropPosition });

export function Board({ draft, part, tried, onChoose, onChange, onTake, onMake }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) =>
      [...keys].map((key) => {
        const { of, id } = partOf(key);
        return { [of === "stage" ? STAGE : TOUCHPOINT]: id, "text/plain": id };
      }),
    acceptedDragTypes: [STAGE, TOUCHPOINT, EVENT],
    getDropOperation: (target, types, allowed) => {
      const operation = allowed.includes("move") ? "move" : (allowed[0] ?? "cancel");
      if (target.type !== "item") return "cancel";
      const { of, at } = targetOf(target);
      if (types.has(STAGE)) return of === "stage" && at !== "on" ? operation : "cancel";
      if (of === "stage") return at === "on" ? operation : "cancel";
      return types.has(EVENT) || at !== "on" ? operation : "cancel";
    },
    onMove: ({ keys, target }) => {
      const [key] = keys;
      if (key === undefined) return;
      const { of, id } = partOf(key);
      if (of === "stage") {
        const to = stagePlace(draft, id, targetOf(target));
        if (to !== null) onChange(moveStage(draft, id, to));
      } else {
        const place = touchpointPlace(draft, id, targetOf(target));
        if (place) onChange(moveTouchpoint(draft, id, place.stage, place.to));
      }
    },
    onInsert: ({ items, target }) => {
      const place = touchpointPlace(draft, null, targetOf(target));
      if (place) void eventOf(items).then((event) => event !== null && onMake(event, place.stage, place.to));
    },
    onItemDrop: ({ items, target }) => {
      const { of, id } = partOf(target.key);
      void eventOf(items).then((event) => {
        if (event !== null) (of === "stage" ? onMake : onTake)(event, id);
      });
    },
  });
  const left = tried.preview?.unmatched.filter(({ left: of, events }) => of.events === events).map(({ event }) => event) ?? [];
  return (
    <Tree
      aria-label={t("editor.board")}
      className="editor-tree"
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={part.of === "stage" || part.of === "touchpoint" ? [`${part.of}:${part.id}`] : []}
      onSelectionChange={(keys) => {
        const [key] = keys === "all" ? [] : keys;
        if (key !== undefined) onChoose(partOf(key));
      }}
      expandedKeys={draft.stages.map(({ id }) => `stage:${id}`).filter((key) => !closed.has(key))}
      onExpandedChange={(open) => setClosed(new Set(draft.stages.map(({ id }) => `stage:${id}`).filter((key) => !open.has(key))))}
      dragAndDropHooks={dragAndDropHooks}
    >
      {draft.stages.map((stage, at) => (
        <TreeItem key={`stage:${stage.id}`} id={`stage:${stage.id}`} textValue={localized(stage.name)} className="editor-row editor-stage">
          <TreeItemContent>
            {({ isExpanded }) => <StageRow stage={stage} n={at + 1} tried={tried} isExpanded={isExpanded} />}
          </TreeItemContent>
          {stage.touchpoints.map((touchpoint) => (
            <TreeItem key={`touchpoint:${touchpoint.id}`} id={`touchpoint:${touchpoint.id}`} textValue={localized(touchpoint.name)} className="editor-row">
              <TreeItemContent>
                <TouchpointRow touchpoint={touchpoint} draft={draft} tried={tried} left={left} onTake={onTake} />
              </TreeItemContent>
            </TreeItem>
          ))}
        </TreeItem>
      ))}
    </Tree>
  );
}

/** The name of the event that is dropped; null where it is something else. */
async function eventOf(items: readonly { kind: string }[]): Promise<string | null> {
  const item = items.find((each): each is TextDropItem => each.kind === "text");
  return item?.types.has(EVENT) ? item.getText(EVENT) : null;
}

function Handle({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <AriaButton slot="drag" className="button button-quiet button-icon editor-handle" aria-label={t("editor.drag", { name })}>
      <GripVertical size={14} aria-hidden />
    </AriaButton>
  );
}

function Wrong({ of, tried }: { of: Part; tried: Tried }) {
  const { t } = useTranslation();
  const count = tried.faults.filter(({ part }) => samePart(part, of)).length;
  if (count === 0) return null;
  return (
    <span className="badge badge-bad">
      <CircleAlert size={12} aria-hidden />
      {t("editor.faults", { count, n: count })}
    </span>
  );
}

function StageRow({ stage, n, tried, isExpanded }: { stage: Stage; n: number; tried: Tried; isExpanded: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const name = localized(stage.name);
  const events = stage.touchpoints.reduce((sum, { id }) => sum + (tried.matches.get(id)?.matched.events ?? 0), 0);
  return (
    <div className="editor-line">
      <Handle name={name} />
      <AriaButton slot="chevron" className="button button-quiet button-icon editor-handle">
        {isExpanded ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      </AriaButton>
      <span className="stage-order" aria-hidden>
        {n}
      </span>
      <strong className="editor-name">{name}</strong>
      <Wrong of={{ of: "stage", id: stage.id }} tried={tried} />
      {tried.preview && <span className="editor-count sub">{t("editor.stageEvents", { events: format.whole(events) })}</span>}
    </div>
  );
}

interface RowProps {
  touchpoint: Touchpoint;
  draft: Journey;
  tried: Tried;
  /** Names of events that have no touchpoint at all. */
  left: readonly string[];
  onTake: (event: string, touchpoint: string) => void;
}

function TouchpointRow({ touchpoint, draft, tried, left, onTake }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const channelName = useChannelName();
  const { id, match, channel } = touchpoint;
  const name = localized(touchpoint.name);
  const found = tried.matches.get(id);
  const names = typeof touchpoint.name === "string" ? [touchpoint.name] : Object.values(touchpoint.name);
  const alike = found?.matched.events === 0 ? likely(names, left) : null;
  const taken = found?.taken.reduce((sum, { events }) => sum + events, 0) ?? 0;
  return (
    <div className="editor-line">
      <Handle name={name} />
      <span className="editor-name">
        {name}
        {draft.goal.touchpoints.includes(id) && (
          <span className="badge badge-accent">
            <Flag size={12} aria-hidden />
            {t("goal.label")}
          </span>
        )}
        {channel != null && <span className="badge">{channelName(channel)}</span>}
        <span className="sub editor-rule">{ruleName(match) || t("editor.noRule")}</span>
      </span>
      <Wrong of={{ of: "touchpoint", id }} tried={tried} />
      {alike !== null && (
        <Button look="quiet" onPress={() => onTake(alike, id)} aria-label={t("action.of", { action: t("editor.likely", { event: alike }), of: name })}>
          <Plus size={14} aria-hidden />
          {t("editor.likely", { event: alike })}
        </Button>
      )}
      {found && (
        <span className={found.matched.events === 0 ? "editor-count editor-none" : "editor-count"}>
          {t("editor.found", { events: format.whole(found.matched.events), customers: format.whole(found.matched.customers) })}
          {taken > 0 && <span className="sub">{t("editor.takenBefore", { events: format.whole(taken) })}</span>}
        </span>
      )}
    </div>
  );
}
