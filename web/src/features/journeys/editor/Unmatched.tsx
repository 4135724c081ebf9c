// Names of events that no touchpoint takes, most events first. Each goes to a touchpoint, or becomes one, by a press or by
// being dragged there.
import { GripVertical, Plus } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Journey, JourneyPreview, UnmatchedName } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { EVENT } from "./Board";
import type { Part } from "./draft";
import { stageAround, touchpointOf } from "./draft";

/** With more names than this there is a field to look for one. */
const MANY = 8;
/** Names shown at once; the others are found by looking for them. */
const SHOWN_MAX = 60;

interface Props {
  draft: Journey;
  part: Part;
  preview: JourneyPreview | undefined;
  stale: boolean;
  zone: string;
  onTake: (event: string, touchpoint: string) => void;
  onMake: (event: string, stage: string) => void;
}

export function Unmatched({ draft, part, preview, stale, zone, onTake, onMake }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const [sought, setSought] = useState("");
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ [EVENT]: String(key), "text/plain": String(key) })),
  });
  const all = preview?.unmatched ?? [];
  const found = all.filter(({ event }) => event.toLowerCase().includes(sought.trim().toLowerCase()));
  const shown = found.slice(0, SHOWN_MAX);
  const beyond = sought.trim() === "" ? (preview?.unmatched_names ?? 0) - shown.length : found.length - shown.length;
  const touchpoint = part.of === "touchpoint" ? touchpointOf(draft, part.id) : undefined;
  const stage = stageAround(draft, part) ?? draft.stages[0];
  return (
    <section className={stale ? "card editor-left stale" : "card editor-left"} aria-labelledby="left-title">
      <header className="section-head">
        <h2 id="left-title">{t("editor.left")}</h2>
        {preview && preview.unmatched_names > 0 && <span className="badge">{format.whole(preview.unmatched_names)}</span>}
      </header>
      <div className="editor-left-body">
        <p className="sub">{t("editor.leftHow")}</p>
        {all.length > MANY && (
          <input className="input" type="search" aria-label={t("rule.seekEvent")} placeholder={t("rule.seekEvent")} value={sought} onChange={(event) => setSought(event.target.value)} />
        )}
        {preview && (
          <GridList
            aria-label={t("editor.left")}
            className="editor-events"
            items={shown.map((of) => ({ ...of, id: of.event }))}
            dependencies={[draft, part]}
            dragAndDropHooks={dragAndDropHooks}
            renderEmptyState={() => <p className="sub">{t(preview.all.events === 0 ? "editor.noEvents" : all.length === 0 ? "editor.leftNone" : "rule.noEvent")}</p>}
          >
            {(of: UnmatchedName) => (
              <GridListItem id={of.event} textValue={of.event} className="editor-event">
                <div className="editor-event-line">
                  <AriaButton slot="drag" className="button button-quiet button-icon editor-handle" aria-label={t("editor.drag", { name: of.event })}>
                    <GripVertical size={14} aria-hidden />
                  </AriaButton>
                  <span className="editor-event-name">
                    {of.event}
                    <span className="sub">
                      {of.left.events === of.events
                        ? t("editor.found", { events: format.whole(of.left.events), customers: format.whole(of.left.customers) })
                        : t("editor.leftOf", { left: format.whole(of.left.events), events: format.whole(of.events) })}
                    </span>
                  </span>
                  <span className="editor-event-do">
                    {touchpoint && (
                      <Button look="quiet" onPress={() => onTake(of.event, touchpoint.id)} aria-label={t("action.of", { action: t("editor.take", { touchpoint: localized(touchpoint.name) }), of: of.event })}>
                        {t("editor.take", { touchpoint: localized(touchpoint.name) })}
                      </Button>
                    )}
                    {stage && (
                      <Button look="quiet" onPress={() => onMake(of.event, stage.id)} aria-label={t("action.of", { action: t("editor.make"), of: of.event })}>
                        <Plus size={14} aria-hidden />
                        {t("editor.make")}
                      </Button>
                    )}
                  </span>
                </div>
              </GridListItem>
            )}
          </GridList>
        )}
        {beyond > 0 && <p className="sub">{t("editor.leftMore", { n: format.whole(beyond) })}</p>}
        {preview && (
          <p className="sub">
            {t("editor.covered", { matched: format.whole(preview.matched.events), all: format.whole(preview.all.events) })} {t("editor.asOf", { when: format.dateTime(preview.meta.as_of_us, zone) })}
          </p>
        )}
      </div>
    </section>
  );
}
