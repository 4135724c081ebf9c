// One zone: what it is called and what it is for, and its corners.
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Plus, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Floor, Zone, ZoneKind } from "../../../api/types";
import { Button, Picker } from "../../../ui/Controls";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import type { Patch } from "../../../ui/draft/same";
import { Fault } from "../../../ui/Fields";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { DraftField } from "../../../ui/rule/DraftField";
import { TableScroll } from "../../../ui/TableScroll";
import { squareMetres } from "../geometry";
import { moved, ringOf, setCorner, splitEdge, withoutCorner } from "./draft";
import { NumberCell } from "./NumberCell";

const KINDS = ["entrance", "aisle", "display", "promotion", "fitting_room", "service", "seating", "queue_tail", "queue_head", "till", "staff_only", "tenant", "passage", "stairs", "escalator", "lift", "toilet", "street", "void", "other"] as const satisfies readonly ZoneKind[];
/** Seconds from which a stay engages, where the zone does not say. */
export const ENGAGED: Partial<Record<ZoneKind, number>> = { promotion: 3, aisle: 5, display: 5, service: 30, fitting_room: 60, seating: 60, tenant: 300 };
const KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const NONE = "";
const STEP_M = 0.1;
const WAYS = [
  { way: "left", icon: ArrowLeft, by: [-STEP_M, 0] },
  { way: "up", icon: ArrowUp, by: [0, STEP_M] },
  { way: "down", icon: ArrowDown, by: [0, -STEP_M] },
  { way: "right", icon: ArrowRight, by: [STEP_M, 0] },
] as const;

interface Props {
  floor: Floor;
  zone: Zone;
  /** What the server said is wrong with it. */
  faults: readonly string[];
  onChange: (patch: Patch<Zone>, about?: string) => void;
  /** Whether the id could be given. */
  onRename: (id: string) => boolean;
  onRemove: () => void;
}

export function ZoneForm({ floor, zone, faults, onChange, onRename, onRemove }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const [keyFault, setKeyFault] = useState<string>();
  const name = localized(zone.name) || zone.id;
  const ring = ringOf(zone.shape);
  const rename = (key: string) => {
    if (!KEY.test(key)) setKeyFault(t("segments.keyHow"));
    else setKeyFault(onRename(key) ? undefined : t("place.editor.keyTaken"));
  };
  const others = (floor.zones ?? []).filter((other) => other.id !== zone.id && other.parent !== zone.id);
  return (
    <div className="form place-zone-form">
      {faults.map((fault) => (
        <Fault key={fault} text={fault} />
      ))}
      <LocalizedField label={t("place.name")} text={zone.name} required onChange={(text) => onChange({ name: text }, `name ${zone.id}`)} />
      <div className="form-field">
        <DraftField label={t("place.editor.key")} value={zone.id} onCommit={rename} />
        <span className="sub">{t("place.editor.keyHint")}</span>
        <Fault text={keyFault} />
      </div>
      <Picker label={t("place.kind")} value={zone.kind} choices={KINDS.map((id) => ({ id, label: t(`place.zoneKind.${id}`) }))} onChange={(kind) => onChange({ kind })} />
      <DraftField label={t("place.editor.category")} value={zone.category ?? ""} onCommit={(text) => onChange({ category: text.trim() || undefined })} />
      <div className="form-field">
        <span className="form-label" aria-hidden>
          {t("place.editor.engaged")}
        </span>
        <NumberCell
          label={t("place.editor.engaged")}
          value={zone.engaged_seconds ?? null}
          optional
          least={0}
          placeholder={ENGAGED[zone.kind] === undefined ? t("place.editor.engagedNone") : t("place.editor.default", { value: ENGAGED[zone.kind] })}
          onCommit={(seconds) => onChange({ engaged_seconds: seconds ?? undefined })}
        />
      </div>
      <label className="place-check">
        <input type="checkbox" checked={zone.high_margin ?? false} onChange={(event) => onChange({ high_margin: event.target.checked || undefined })} />
        {t("place.editor.highMargin")}
      </label>
      <Picker
        label={t("place.editor.parent")}
        value={zone.parent ?? NONE}
        choices={[{ id: NONE, label: t("place.editor.noParent") }, ...others.map((other) => ({ id: other.id, label: localized(other.name) || other.id }))]}
        onChange={(parent) => onChange({ parent: parent === NONE ? undefined : parent })}
      />
      <div className="form-group" role="group" aria-label={t("place.editor.corners")}>
        <div className="place-corners-head">
          <h3>{t("place.editor.corners")}</h3>
          <span className="sub">{t("place.editor.area", { area: format.decimal(squareMetres(zone.shape)) })}</span>
          <span className="place-nudge">
            {WAYS.map(({ way, icon: Icon, by }) => (
              <Button key={way} look="quiet" icon aria-label={t(`place.editor.move.${way}`, { zone: name })} onPress={() => onChange({ shape: moved(zone.shape, by[0], by[1]) }, `nudge ${zone.id}`)}>
                <Icon size={14} aria-hidden />
              </Button>
            ))}
          </span>
        </div>
        {ring ? (
          <TableScroll label={t("place.editor.corners")}>
            <table className="table place-corners">
              <thead>
                <tr>
                  <th scope="col">{t("place.editor.corner")}</th>
                  <th scope="col">x (m)</th>
                  <th scope="col">y (m)</th>
                  <th scope="col">
                    <span className="visually-hidden">{t("place.editor.cornerActions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {ring.map(([x, y], index) => {
                  const of = t("place.editor.cornerN", { n: index + 1 });
                  const less = withoutCorner(ring, index);
                  return (
                    // Corners have no names: they are told apart by their place.
                    // oxlint-disable-next-line react/no-array-index-key
                    <tr key={index}>
                      <th scope="row">{index + 1}</th>
                      <td>
                        <NumberCell label={`${of} x`} value={x} onCommit={(to) => to !== null && onChange({ shape: setCorner(ring, index, [to, y]) })} />
                      </td>
                      <td>
                        <NumberCell label={`${of} y`} value={y} onCommit={(to) => to !== null && onChange({ shape: setCorner(ring, index, [x, to]) })} />
                      </td>
                      <td className="place-corner-actions">
                        <Button look="quiet" icon aria-label={t("place.editor.splitEdge", { corner: of })} onPress={() => onChange({ shape: splitEdge(ring, index) })}>
                          <Plus size={14} aria-hidden />
                        </Button>
                        <Button look="quiet" icon isDisabled={less === null} aria-label={t("place.editor.removeCorner", { corner: of })} onPress={() => less && onChange({ shape: less })}>
                          <X size={14} aria-hidden />
                        </Button>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </TableScroll>
        ) : (
          <p className="sub">{t("place.editor.wholeOnly")}</p>
        )}
      </div>
      <div className="form-actions">
        <Button onPress={onRemove}>
          <Trash2 size={14} aria-hidden />
          {t("place.editor.remove", { zone: name })}
        </Button>
      </div>
    </div>
  );
}
