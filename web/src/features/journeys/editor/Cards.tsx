// What the team writes, as a grid: a lane a row, a stage a column. Cards are written in their cells, and moved within a cell
// and between cells by dragging, by keyboard, and by a menu; all else of a card is in its form.
import { ArrowRightLeft, CircleAlert, GripVertical, Plus } from "lucide-react";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { TextDropItem } from "react-aria-components";
import { Button as AriaButton, GridList, GridListItem, Header, Menu, MenuItem, MenuSection, Popover, useDragAndDrop } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Card, Journey } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { ownTag, renamed } from "../../../ui/draft/same";
import { LANES } from "../../../ui/lanes";
import { sentence, useLanguage, useLocalized } from "../../../ui/language";
import { signed } from "../lanes";
import type { Cell, Part } from "./draft";
import { addCard, cardOf, cardPlace, cardsIn, changeCard, moveCard, removeCard, shiftCard } from "./draft";
import { samePart } from "./faults";
import type { Tried } from "./useTried";

const CARD = "application/x-throughline-card";
const NAMES_WIDTH = 120;
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

/** What is done with cards: the same functions from render to render, so that a cell is drawn again only where it changed. */
interface Doing {
  add: (cell: Cell) => void;
  choose: (id: string) => void;
  /** Puts a card into a cell, beside another one or at its end. */
  drop: (id: string, cell: Cell, beside?: { id: string; at: "on" | "before" | "after" }) => void;
  write: (id: string | null) => void;
  say: (card: Card, text: Card["text"]) => void;
  menu: (id: string, button: Element) => void;
}

const among = (cards: readonly Card[], id: string | null) => (cards.some((card) => card.id === id) ? id : null);

export function Cards(props: Props) {
  const { draft, part, tried, onChange } = props;
  const { t } = useTranslation();
  const localized = useLocalized();
  const [writing, setWriting] = useState<string | null>(null);
  /** The card whose menu is open. */
  const [menu, setMenu] = useState<string | null>(null);
  const trigger = useRef<Element | null>(null);
  const moved = useRef<string | null>(null);
  const latest = useRef({ ...props, t, localized });
  useEffect(() => {
    latest.current = { ...props, t, localized };
  });
  // A card that went to another cell is another element there; the focus goes with it, once what moved it has given it back.
  useEffect(() => {
    const id = moved.current;
    if (id === null) return;
    moved.current = null;
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`move-${id}`)?.closest<HTMLElement>('[role="row"]')?.focus()));
  });
  const doing = useMemo<Doing>(
    () => ({
      add: (cell) => {
        const made = addCard(latest.current.draft, cell, latest.current.t("editor.newCard"));
        latest.current.onChange(made.journey);
        latest.current.onChoose({ of: "card", id: made.id });
        setWriting(made.id);
      },
      choose: (id) => latest.current.onChoose({ of: "card", id }),
      drop: (id, cell, beside) => {
        const now = latest.current;
        const card = cardOf(now.draft, id)?.card;
        const to = cardPlace(now.draft, id, cell, beside);
        if (!card || to === null) return;
        moved.current = id;
        now.onChange(moveCard(now.draft, id, cell, to));
        now.onChoose({ of: "card", id });
        now.onSay(now.t("editor.cardMoved", { name: now.localized(card.text), stage: now.localized(now.draft.stages.find((stage) => stage.id === cell.stage)?.name), lane: now.t(`lane.${cell.lane}`) }));
      },
      write: setWriting,
      say: ({ id }, text) => latest.current.onChange(changeCard(latest.current.draft, id, { text }), `card ${id} text`),
      menu: (id, button) => {
        trigger.current = button;
        setMenu(id);
      },
    }),
    [],
  );
  const faultsOf = ({ id }: Card) => tried.faults.filter((fault) => samePart(fault.part, { of: "card", id })).length;
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
              {draft.stages.map((stage) => {
                const cards = cardsIn(draft, { stage: stage.id, lane });
                return (
                  <td key={stage.id}>
                    <CellList
                      stage={stage.id}
                      lane={lane}
                      name={t("editor.cell", { lane: t(`lane.${lane}`), stage: localized(stage.name) })}
                      cards={cards}
                      faults={cards.map(faultsOf)}
                      personas={draft.personas}
                      chosen={among(cards, part.of === "card" ? part.id : null)}
                      writing={among(cards, writing)}
                      menu={among(cards, menu)}
                      doing={doing}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {/* Not within the lists: they would take its focus for theirs, and keep it when the card has gone. */}
      <Popover className="popover" offset={4} placement="bottom end" triggerRef={trigger} isOpen={menu !== null} onOpenChange={(open) => !open && setMenu(null)}>
        {menu !== null && <MoveMenu draft={draft} id={menu} doing={doing} onChange={onChange} onClose={() => setMenu(null)} />}
      </Popover>
    </div>
  );
}

interface CellProps extends Cell {
  /** Read out: what is in it, and where. */
  name: string;
  cards: readonly Card[];
  /** Of each card. */
  faults: readonly number[];
  personas: Journey["personas"];
  /** The card of this cell that is chosen, whose words are written, or whose menu is open. */
  chosen: string | null;
  writing: string | null;
  menu: string | null;
  doing: Doing;
}

/** Lists are the same where their items are. */
const alike = (one: unknown, other: unknown) => one === other || (Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((item, at) => item === other[at]));

function sameCell(a: CellProps, b: CellProps): boolean {
  return (Object.keys(a) as (keyof CellProps)[]).every((field) => alike(a[field], b[field]));
}

const CellList = memo(function CellList({ stage, lane, name, cards, faults, personas, chosen, writing, menu, doing }: CellProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const cell = { stage, lane };
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ [CARD]: String(key), "text/plain": String(key) })),
    acceptedDragTypes: [CARD],
    getDropOperation: (target) => (target.type === "item" && target.dropPosition === "on" ? "cancel" : "move"),
    onReorder: ({ keys, target }) => [...keys].slice(0, 1).forEach((key) => doing.drop(String(key), cell, { id: String(target.key), at: target.dropPosition })),
    onInsert: ({ items, target }) => void cardIn(items).then((id) => id !== null && doing.drop(id, cell, { id: String(target.key), at: target.dropPosition })),
    onRootDrop: ({ items }) => void cardIn(items).then((id) => id !== null && doing.drop(id, cell)),
  });
  const add = (
    <Button look="quiet" icon aria-label={t("editor.addCardTo", { cell: name })} onPress={() => doing.add(cell)}>
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
        selectedKeys={chosen === null ? [] : [chosen]}
        onSelectionChange={(keys) => {
          const [key] = keys === "all" ? [] : keys;
          if (key !== undefined) doing.choose(String(key));
        }}
        onAction={(key) => doing.write(String(key))}
        items={cards}
        dependencies={[faults, personas, writing, menu]}
        dragAndDropHooks={dragAndDropHooks}
        renderEmptyState={() => add}
      >
        {(card: Card) => (
          <GridListItem id={card.id} textValue={localized(card.text) || t("thing.card")} className={`lane-card editor-lane-card of-${card.basis ?? "assumption"}`}>
            {writing === card.id ? <Words card={card} label={t("action.of", { action: t("field.text"), of: name })} doing={doing} /> : <p>{localized(card.text)}</p>}
            <CardFoot card={card} personas={personas} faults={faults[cards.indexOf(card)] ?? 0} />
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
                onPress={({ target }) => doing.menu(card.id, target)}
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
}, sameCell);

/** The id of the card that is dropped; null where it is something else. */
async function cardIn(items: readonly { kind: string }[]): Promise<string | null> {
  const item = items.find((each): each is TextDropItem => each.kind === "text");
  return item?.types.has(CARD) ? item.getText(CARD) : null;
}

function CardFoot({ card, personas, faults: count }: Pick<CellProps, "personas"> & { card: Card; faults: number }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const basis = card.basis ?? "assumption";
  const persona = personas?.find((each) => each.id === card.persona);
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
function Words({ card, label, doing }: Pick<CellProps, "doing"> & { card: Card; label: string }) {
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
      onChange={(event) => doing.say(card, renamed(card.text, tag, event.target.value))}
      onBlur={() => doing.write(null)}
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>('[role="row"]')?.focus();
        doing.write(null);
      }}
    />
  );
}

interface MenuProps extends Pick<Props, "draft" | "onChange">, Pick<CellProps, "doing"> {
  id: string;
  onClose: () => void;
}

function MoveMenu({ draft, id, doing, onChange, onClose }: MenuProps) {
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
  const goTo = (to: Cell) => () => doing.drop(id, to);
  return (
    // As a menu that its own button opens.
    // oxlint-disable-next-line jsx-a11y/no-autofocus
    <Menu className="menu" autoFocus="first" aria-label={t("action.of", { action: t("editor.moveCard"), of: localized(card.text) })} onClose={onClose}>
      <MenuSection aria-label={t("thing.card")}>
        <MenuItem id="write" className="option" onAction={() => doing.write(id)}>
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
