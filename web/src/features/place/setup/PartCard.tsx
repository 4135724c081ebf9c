// One file of a plan: what it does not say itself, what was read of it, and what is wrong or doubtful, zone by zone.
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { planQuery } from "../../../api/places";
import type { Floor, PlanDraft } from "../../../api/types";
import { Button, Picker, Segmented } from "../../../ui/Controls";
import { TextField } from "../../../ui/Fields";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { Failure, Progress } from "../../../ui/States";
import { TableScroll } from "../../../ui/TableScroll";
import { FloorPlan } from "../FloorPlan";
import type { Frame } from "../geometry";
import { areasOf } from "../geometry";
import { useZoneName } from "../names";
import { useFaultText } from "../editor/faultText";
import { useBitmap } from "./bitmap";
import { ControlPoints } from "./ControlPoints";
import type { Part, Said } from "./parts";
import { faultsByZone, isPicture, requestOf } from "./parts";

interface Props {
  workspace: string;
  part: Part;
  onSay: (said: Said) => void;
  /** What was read of it; null while there is nothing. */
  onDraft: (draft: PlanDraft | null) => void;
  onRemove: () => void;
}

const ROWS = 40;

export function PartCard({ workspace, part, onSay, onDraft, onRemove }: Props) {
  const { t } = useTranslation();
  const { said, upload, file } = part;
  const id = useId();
  const request = requestOf(part);
  const query = planQuery(workspace, upload.id, request ?? {});
  const asked = useQuery({ ...query, enabled: request !== null });
  const draft = request === null || asked.error ? null : (asked.data ?? null);
  const settled = asked.isPlaceholderData ? null : draft;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- told when what was read changes
  useEffect(() => onDraft(settled), [settled]);
  const set = (change: Partial<Said>) => onSay({ ...said, ...change });
  const picture = isPicture(part);
  return (
    <section className="card place-part" aria-labelledby={id}>
      <header className="section-head">
        <div>
          <h2 id={id} className="wrap">
            {file.name}
          </h2>
          {draft && <p className="section-note">{t("place.setup.read", { floors: draft.floors.length, zones: draft.floors.reduce((sum, { zones = [] }) => sum + zones.length, 0) })}</p>}
        </div>
        <div className="page-actions place-end">
          <Button look="quiet" onPress={onRemove} aria-label={t("action.of", { action: t("place.data.remove"), of: file.name })}>
            <Trash2 size={14} aria-hidden />
            {t("place.data.remove")}
          </Button>
        </div>
      </header>
      <div className="place-part-body">
        <div className="place-part-form">
          <TextField label={t("place.setup.floorName")} value={said.name} hint={t("place.setup.floorNameHint")} onChange={(name) => set({ name })} />
          <Picker label={t("place.setup.level")} value={String(said.level)} choices={LEVELS.map((level) => ({ id: String(level), label: t("place.setup.levelN", { n: level }) }))} onChange={(level) => set({ level: Number(level) })} />
          {!picture && (
            <div className="form-field">
              <span className="form-label" aria-hidden>
                {t("place.setup.scale")}
              </span>
              <Segmented label={t("place.setup.scale")} value={said.scale} choices={(["file", "size", "unit"] as const).map((each) => ({ id: each, label: t(`place.setup.scale.${each}`) }))} onChange={(scale) => set({ scale })} />
            </div>
          )}
          {said.scale === "size" && (
            <div className="place-two">
              <TextField label={t("place.setup.across")} numeric value={said.size_m[0]} onChange={(across) => set({ size_m: [across, said.size_m[1]] })} />
              <TextField label={t("place.setup.up")} numeric value={said.size_m[1]} onChange={(up) => set({ size_m: [said.size_m[0], up] })} />
            </div>
          )}
          {said.scale === "unit" && <TextField label={t("place.setup.metresPerUnit")} numeric value={said.metres_per_unit} hint={t("place.setup.metresPerUnitHint")} onChange={(metres) => set({ metres_per_unit: metres })} />}
        </div>
        {picture && <ControlPoints file={file} points={said.points} misses={settled?.misses_m ?? null} residual={settled?.residual_m ?? null} onChange={(points) => set({ points })} />}
        {asked.isFetching && <Progress key={JSON.stringify(query.queryKey)} queryKey={query.queryKey} />}
        {request !== null && asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
        {asked.isLoading && <div className="skeleton place-skeleton" aria-hidden />}
        {draft && <Read draft={draft} part={part} />}
      </div>
    </section>
  );
}

const LEVELS = Array.from({ length: 21 }, (_, at) => at - 5);

function Read({ draft, part }: { draft: PlanDraft; part: Part }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const format = useFormat();
  const [at, setAt] = useState(0);
  const floor = draft.floors[Math.min(at, draft.floors.length - 1)];
  const zoneName = useZoneName(draft.floors);
  const words = useFaultText(zoneName);
  const faults = useMemo(() => faultsByZone(draft.faults, draft.floors), [draft]);
  const [shown, setShown] = useState(ROWS);
  if (!floor) return null;
  const areas = draft.areas.find((each) => each.floor === floor.id);
  const zones = floor.zones ?? [];
  const ordered = zones.toSorted((a, b) => Number(faults.has(b.id)) - Number(faults.has(a.id)));
  const general = faults.get("") ?? [];
  return (
    <>
      {draft.floors.length > 1 && <Picker label={t("place.floor")} value={String(at)} choices={draft.floors.map((each, index) => ({ id: String(index), label: localized(each.name) || each.id }))} onChange={(id) => setAt(Number(id))} />}
      <Warnings draft={draft} />
      {general.length > 0 && (
        <ul className="fault-list" role="alert">
          {general.map((fault) => (
            <li key={`${fault.path} ${fault.message}`} className="form-fault">
              {words(fault)}
            </li>
          ))}
        </ul>
      )}
      <div className="place-pair">
        <div>
          <Drawn floor={floor} part={part} faulty={new Set(faults.keys())} />
          {areas && <p className="place-note">{t("place.setup.areas", { outline: format.decimal(areas.outline_m2), walkable: format.decimal(areas.walkable_m2) })}</p>}
        </div>
        {zones.length === 0 ? (
          <p className="sub">{t("place.setup.noZones")}</p>
        ) : (
          <div>
            <TableScroll label={t("place.zones")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t("place.zone")}</th>
                    <th scope="col">{t("place.kind")}</th>
                    <th scope="col" className="numeric">
                      {t("place.setup.area")}
                    </th>
                    <th scope="col">{t("place.setup.wrong")}</th>
                  </tr>
                </thead>
                <tbody>
                  {ordered.slice(0, shown).map((zone) => (
                    <tr key={zone.id}>
                      <th scope="row">{localized(zone.name) || zone.id}</th>
                      <td className="place-kind">{t(`place.zoneKind.${zone.kind}`)}</td>
                      <td className="numeric">{format.decimal(areas?.zones.find((each) => each.zone === zone.id)?.area_m2)}</td>
                      <td className="wrap">
                        {(faults.get(zone.id) ?? []).map((fault) => (
                          <span key={fault.message} className="form-fault">
                            {words(fault)}
                          </span>
                        ))}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableScroll>
            {ordered.length > shown && (
              <p className="table-more">
                <Button onPress={() => setShown(shown + 200)}>{t("explain.more", { shown: format.whole(shown), all: format.whole(ordered.length) })}</Button>
              </p>
            )}
          </div>
        )}
      </div>
      {draft.overlaps.length > 0 && (
        <details className="place-overlaps">
          <summary>{t("place.setup.overlaps", { count: draft.overlaps.length, n: format.whole(draft.overlaps.length) })}</summary>
          <ul>
            {draft.overlaps.slice(0, ROWS).map(({ first, second, area_m2 }) => (
              <li key={`${first} ${second}`}>{t("place.editor.overlap", { first: zoneName(first), second: zoneName(second), area: format.decimal(area_m2) })}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** What was guessed or left out; the server's own words have the numbers. */
function Warnings({ draft }: { draft: PlanDraft }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (draft.warnings.length === 0) return null;
  const codes = [...new Set(draft.warnings.map(({ code }) => code))];
  return (
    <div className="place-doubts">
      <h3>{t("place.setup.doubts")}</h3>
      <ul>
        {codes.map((code) => {
          const of = draft.warnings.filter((warning) => warning.code === code);
          const known = i18n.exists(`place.warning.${code}`);
          return (
            <li key={code}>
              {known ? t(`place.warning.${code}` as "place.warning.unit_guessed") : code}
              {of.length > 1 && ` (${format.whole(of.length)})`}
              {of.slice(0, 5).map(({ at, text }) => (
                <span key={`${at} ${text}`} className="sub place-doubt" lang="en">
                  {at != null && <code>{at}</code>} {text}
                </span>
              ))}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The floor as it was read; of a picture, on the picture itself. */
function Drawn({ floor, part, faulty }: { floor: Floor; part: Part; faulty: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const image = useBitmap(isPicture(part) ? part.file : null);
  const paint = useMemo(() => {
    // The outline of a picture is its frame: its corners from the lower left on.
    const [lowerLeft, , upperRight, upperLeft] = areasOf(floor.outline)[0]?.outer ?? [];
    if (!image || !lowerLeft || !upperRight || !upperLeft) return undefined;
    return (surface: CanvasRenderingContext2D, frame: Frame) => {
      const [x, y] = [frame.x(upperLeft[0]), frame.y(upperLeft[1])];
      surface.save();
      surface.transform((frame.x(upperRight[0]) - x) / image.width, (frame.y(upperRight[1]) - y) / image.width, (frame.x(lowerLeft[0]) - x) / image.height, (frame.y(lowerLeft[1]) - y) / image.height, x, y);
      surface.globalAlpha = 0.6;
      surface.drawImage(image, 0, 0);
      surface.restore();
    };
  }, [image, floor]);
  return <FloorPlan floor={floor} label={t("place.planOf", { floor: localized(floor.name), zones: floor.zones?.length ?? 0 })} highest={420} {...(paint ? { paint } : {})} zoneLook={({ id }) => (faulty.has(id) ? "faulty" : "edited")} />;
}
