// What the team writes, as a grid: a lane a row, a stage a column. Cards are written in their cells, and moved within a cell
// and between cells by dragging, by keyboard, and by a menu; all else of a card is in its form.
import { ArrowRightLeft, CircleAlert, GripVertical, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { TextDropItem } from "react-aria-components";
import { Button as AriaButton, GridList, GridListItem, Header, Menu, MenuItem, MenuSection, Popover, useDragAndDrop } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Card, Journey, Lane } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { ownTag, renamed } from "../../../ui/draft/same";
import { LANES } from "../../../ui/lanes";
import { sentence, useLanguage, useLocalized } from "../../../ui/language";
import { signed } from "../lanes";
import type { Cell, Part, Stage } from "./draft";
import { addCard, cardOf, cardPlace, cardsIn, changeCard, moveCard, removeCard, shiftCard } from "./draft";
import { samePart } from "./faults";
import type { Tried } from "./useTried";

const CARD = "application/x-throughline-card";
const NAMES_WIDTH = 96;
const STAGE_WIDTH = 168;

interface Props {
  draft: Journey;
  part: Part;
  tried: Tried;
  onChoose: (part: Part) => void;
  onChange: (draft: Journey, about?: string) => void;
  /** What was done, for those who do not see it. */
  onSay: (text: string) => void;
}

export function Cards({ draft, part, tried, onChoose, onChange, onSay }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const [writing, setWriting] = useState<string | null>(null);
  /** The card whose menu is open. */
  const [menu, setMenu] = useState<string | null>(null);
  const trigger = useRef<Element | null>(null);
  const moved = useRef<string | null>(null);
  // A card that went to another cell is another element there; the focus goes with it, once what moved it has given it back.
  useEffect(() => {
    const id = moved.current;
    if (id === null) return;
    moved.current = null;
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`move-${id}`)?.closest<HTMLElement>('[role="row"]')?.focus()));
  });
  const add = (cell: Cell) => {
    const made = addCard(draft, cell, t("editor.newCard"));
    onChange(made.journey);
    onChoose({ of: "card", id: made.id });
    setWriting(made.id);
  };
  const move = (id: string, cell: Cell, to: number | null) => {
    const card = cardOf(draft, id)?.card;
    if (!card || to === null) return;
    moved.current = id;
    onChange(moveCard(draft, id, cell, to));
    onChoose({ of: "card", id });
    onSay(t("editor.cardMoved", { name: localized(card.text), stage: localized(draft.stages.find((stage) => stage.id === cell.stage)?.name), lane: t(`lane.${cell.lane}`) }));
  };
  return (
    <div className="table-scroll">
      <table className="editor-lanes" style={{ minWidth: NAMES_WIDTH + draft.stages.length * STAGE_WIDTH }}>
        <colgroup>
          <col style={{ width: NAMES_WIDTH }} />
          {draft.stages.map((stage) => (
            <col key={stage.id} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{sentence(t("field.lane"))}</th>
            {draft.stages.map((stage, at) => (
              <th scope="col" key={stage.id}>
                <span className="stage-order" aria-hidden>
                  {at + 1}
                </span>
                {localized(stage.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LANES.map((lane) => (
            <tr key={lane}>
              <th scope="row">{t(`lane.${lane}`)}</th>
              {draft.stages.map((stage) => (
                <td key={stage.id}>
                  <CellList
                    draft={draft}
                    stage={stage}
                    lane={lane}
                    part={part}
                    tried={tried}
                    writing={writing}
                    onAdd={() => add({ stage: stage.id, lane })}
                    onMove={move}
                    menu={menu}
                    onMenu={(id, button) => {
                      trigger.current = button;
                      setMenu(id);
                    }}
                    onWrite={setWriting}
                    onChoose={onChoose}
                    onChange={onChange}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* Not within the lists: they would take its focus for theirs, and keep it when the card has gone. */}
      <Popover className="popover" offset={4} placement="bottom end" triggerRef={trigger} isOpen={menu !== null} onOpenChange={(open) => !open && setMenu(null)}>
        {menu !== null && <MoveMenu draft={draft} id={menu} onMove={move} onWrite={setWriting} onChange={onChange} onClose={() => setMenu(null)} />}
      </Popover>
    </div>
  );
}

interface CellProps extends Pick<Props, "draft" | "part" | "tried" | "onChoose" | "onChange"> {
  stage: Stage;
  lane: Lane;
  /** The card whose words are being written. */
  writing: string | null;
  onAdd: () => void;
  onMove: (id: string, cell: Cell, to: number | null) => void;
  /** The card whose menu is open. */
  menu: string | null;
  onMenu: (id: string, button: Element) => void;
  onWrite: (id: string | null) => void;
}

function CellList({ draft, stage, lane, part, tried, writing, menu, onAdd, onMove, onMenu, onWrite, onChoose, onChange }: CellProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const cell = { stage: stage.id, lane };
  const name = t("editor.cell", { lane: t(`lane.${lane}`), stage: localized(stage.name) });
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ [CARD]: String(key), "text/plain": String(key) })),
    acceptedDragTypes: [CARD],
    getDropOperation: (target) => (target.type === "item" && target.dropPosition === "on" ? "cancel" : "move"),
    onReorder: ({ keys, target }) => {
      const [key] = keys;
      if (key !== undefined) onMove(String(key), cell, cardPlace(draft, String(key), cell, { id: String(target.key), at: target.dropPosition }));
    },
    onInsert: ({ items, target }) => void cardIn(items).then((id) => id !== null && onMove(id, cell, cardPlace(draft, id, cell, { id: String(target.key), at: target.dropPosition }))),
    onRootDrop: ({ items }) => void cardIn(items).then((id) => id !== null && onMove(id, cell, cardPlace(draft, id, cell))),
  });
  const cards = cardsIn(draft, cell);
  const add = (
    <Button look="quiet" icon aria-label={t("editor.addCardTo", { cell: name })} onPress={onAdd}>
      <Plus size={14} aria-hidden />
    </Button>
  );
  return (
    <>
      <GridList
        aria-label={name}
        className="editor-cell"
        keyboardNavigationBehavior="tab"
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={part.of === "card" && cards.some(({ id }) => id === part.id) ? [part.id] : []}
        onSelectionChange={(keys) => {
          const [key] = keys === "all" ? [] : keys;
          if (key !== undefined) onChoose({ of: "card", id: String(key) });
        }}
        onAction={(key) => onWrite(String(key))}
        items={cards}
        dependencies={[draft, tried, writing, menu]}
        dragAndDropHooks={dragAndDropHooks}
        renderEmptyState={() => add}
      >
        {(card: Card) => (
          <GridListItem id={card.id} textValue={localized(card.text) || t("thing.card")} className={`lane-card editor-lane-card of-${card.basis ?? "assumption"}`}>
            {writing === card.id ? (
              <Words card={card} label={t("action.of", { action: t("field.text"), of: name })} onChange={onChange} draft={draft} onDone={() => onWrite(null)} />
            ) : (
              <p>{localized(card.text)}</p>
            )}
            <CardFoot draft={draft} card={card} tried={tried} />
            <div className="editor-lane-do">
              <AriaButton slot="drag" className="button button-quiet button-icon editor-handle" aria-label={t("editor.drag", { name: localized(card.text) })}>
                <GripVertical size={14} aria-hidden />
              </AriaButton>
              <AriaButton
                id={`move-${card.id}`}
                className="button button-quiet button-icon editor-handle"
                aria-haspopup="menu"
                aria-expanded={menu === card.id}
                aria-label={t("action.of", { action: t("editor.moveCard"), of: localized(card.text) })}
                onPress={({ target }) => onMenu(card.id, target)}
              >
                <ArrowRightLeft size={14} aria-hidden />
              </AriaButton>
            </div>
          </GridListItem>
        )}
      </GridList>
      {cards.length > 0 && add}
    </>
  );
}

/** The id of the card that is dropped; null where it is something else. */
async function cardIn(items: readonly { kind: string }[]): Promise<string | null> {
  const item = items.find((each): each is TextDropItem => each.kind === "text");
  return item?.types.has(CARD) ? item.getText(CARD) : null;
}

function CardFoot({ draft, card, tried }: Pick<Props, "draft" | "tried"> & { card: Card }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const basis = card.basis ?? "assumption";
  const persona = draft.personas?.find((each) => each.id === card.persona);
  const count = tried.faults.filter(({ part }) => samePart(part, { of: "card", id: card.id })).length;
  return (
    <p className="lane-card-foot">
      <span className={`badge basis of-${basis}`}>{t(`basis.${basis}`)}</span>
      {card.feeling != null && <span className="sub">{t("lane.feeling", { n: signed(card.feeling) })}</span>}
      {persona && <span className="sub">{localized(persona.name)}</span>}
      {count > 0 && (
        <span className="badge badge-bad">
          <CircleAlert size={12} aria-hidden />
          {t("editor.faults", { count, n: count })}
        </span>
      )}
    </p>
  );
}

/** A card's words in the reader's language, where the card stands. */
function Words({ draft, card, label, onChange, onDone }: Pick<Props, "draft" | "onChange"> & { card: Card; label: string; onDone: () => void }) {
  const language = useLanguage();
  const localized = useLocalized();
  const tag = typeof card.text === "string" ? language : (ownTag(Object.keys(card.text), language) ?? language);
  return (
    <textarea
      className="input input-lines"
      rows={3}
      aria-label={label}
      // What is to be written is what was asked for.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      value={localized(card.text)}
      onFocus={(event) => event.target.select()}
      onChange={(event) => onChange(changeCard(draft, card.id, { text: renamed(card.text, tag, event.target.value) }), `card ${card.id} text`)}
      onBlur={onDone}
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>('[role="row"]')?.focus();
        onDone();
      }}
    />
  );
}

interface MenuProps {
  draft: Journey;
  id: string;
  onMove: CellProps["onMove"];
  onWrite: (id: string) => void;
  onChange: (draft: Journey) => void;
  onClose: () => void;
}

function MoveMenu({ draft, id, onMove, onWrite, onChange, onClose }: MenuProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const found = cardOf(draft, id);
  if (!found) return null;
  const { card, stage: own } = found;
  const cell = { stage: own.id, lane: card.lane };
  const shifts = [
    { key: "up", label: t("editor.up"), next: shiftCard(draft, id, -1) },
    { key: "down", label: t("editor.down"), next: shiftCard(draft, id, 1) },
  ].flatMap(({ next, ...each }) => (next ? [{ ...each, next }] : []));
  const goTo = (to: Cell) => () => onMove(id, to, cardsIn(draft, to).length);
  return (
    // As a menu that its own button opens.
    // oxlint-disable-next-line jsx-a11y/no-autofocus
    <Menu className="menu" autoFocus="first" aria-label={t("action.of", { action: t("editor.moveCard"), of: localized(card.text) })} onClose={onClose}>
      <MenuSection aria-label={t("thing.card")}>
        <MenuItem id="write" className="option" onAction={() => onWrite(id)}>
          {t("editor.writeCard")}
        </MenuItem>
        {shifts.map(({ key, label, next }) => (
          <MenuItem key={key} id={key} className="option" onAction={() => onChange(next)}>
            {label}
          </MenuItem>
        ))}
        <MenuItem id="remove" className="option" onAction={() => onChange(removeCard(draft, id))}>
          {t("editor.removeCard")}
        </MenuItem>
      </MenuSection>
      <MenuSection>
        <Header className="option-title">{t("editor.toStage")}</Header>
        {draft.stages
          .filter((stage) => stage !== own)
          .map((stage) => (
            <MenuItem key={stage.id} id={`stage ${stage.id}`} className="option" onAction={goTo({ ...cell, stage: stage.id })}>
              {localized(stage.name)}
            </MenuItem>
          ))}
      </MenuSection>
      <MenuSection>
        <Header className="option-title">{t("editor.toLane")}</Header>
        {LANES.filter((lane) => lane !== cell.lane).map((lane) => (
          <MenuItem key={lane} id={`lane ${lane}`} className="option" onAction={goTo({ ...cell, lane })}>
            {t(`lane.${lane}`)}
          </MenuItem>
        ))}
      </MenuSection>
    </Menu>
  );
}
