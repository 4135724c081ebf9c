// The days there are positions of, as a calendar of months and as a list, each a way to what was seen on it. What is removed has
// no answers any more, so it is asked before.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { placeQuery, positionDaysQuery, removePositions } from "../../../api/places";
import type { PositionDay } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import type { AnswerTable } from "../../../ui/answer/table";
import { numeric } from "../../../ui/answer/table";
import { Ask } from "../../../ui/Ask";
import { Button } from "../../../ui/Controls";
import { DayField } from "../../../ui/DayField";
import { useSize } from "../../../ui/files/size";
import { NOTHING, useFormat } from "../../../ui/format";
import { Empty, Failure } from "../../../ui/States";
import { TableScroll } from "../../../ui/TableScroll";
import type { ViewProps } from "../viewProps";
import { monthsOf } from "./months";

/** What is to be removed. */
type Removal = { day: string } | { before: string } | { all: true };

const NO_DAYS: PositionDay[] = [];

export function DaysHeld({ workspace, site, onChange, onAnswer }: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  const list = useQuery(positionDaysQuery(workspace, site.id));
  const days = list.data?.days ?? NO_DAYS;
  // Of every day there is, whatever the page is of.
  const visits = useQuery({ ...placeQuery(workspace, site.id, "visits", { scope: {} }), enabled: days.length > 0 });
  const of = useMemo(() => new Map(visits.data?.days.map((day) => [day.day, day])), [visits.data]);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const [asksBefore, setAsksBefore] = useState(false);
  const [before, setBefore] = useState("");
  const look = (day: string) => onChange({ show: "heat", period: { kind: "fixed", from: day, to: day } });
  const table = useMemo<AnswerTable>(
    () => ({
      id: "days-held",
      title: t("place.data.days"),
      columns: [{ name: t("place.day") }, numeric(t("place.data.sightings")), numeric(t("place.total.visits")), numeric(t("place.total.units")), numeric(t("place.data.files")), numeric(t("place.data.bytes"))],
      rows: days.map(({ day, sightings, files, bytes }) => [
        { value: day, text: format.day(day) },
        { value: sightings, text: format.whole(sightings) },
        { value: of.get(day)?.visits ?? null, text: "" },
        { value: of.get(day)?.units ?? null, text: "" },
        { value: files, text: format.whole(files) },
        { value: bytes, text: String(bytes) },
      ]),
    }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language, which `t` changes with
    [days, of, t],
  );
  useEffect(() => onAnswer({ show: "data", answer: days, tables: days.length > 0 ? [table] : [], drawn: false }), [days, table, onAnswer]);
  const missing = visits.error instanceof ApiError && visits.error.code === "workspace_empty";
  return (
    <section className="card" aria-labelledby="held-title">
      <header className="section-head">
        <div>
          <h2 id="held-title">{t("place.data.days")}</h2>
          <p className="section-note">{t("place.data.daysN", { count: days.length, n: format.whole(days.length) })}</p>
        </div>
        {days.length > 0 && (
          <Allowed to="manage_sources">
            <div className="page-actions place-end">
              <Button aria-expanded={asksBefore} onPress={() => setAsksBefore(!asksBefore)}>
                {t("place.data.removeBefore")}
              </Button>
              <Button onPress={() => setRemoval({ all: true })}>{t("place.data.removeAll")}</Button>
            </div>
          </Allowed>
        )}
      </header>
      {asksBefore && days.length > 0 && (
        <form
          className="place-before"
          onSubmit={(event) => {
            event.preventDefault();
            if (before !== "") setRemoval({ before });
          }}
        >
          <DayField label={t("place.data.beforeDay")} value={before} onChange={setBefore} />
          <Button type="submit" isDisabled={before === "" || !days.some(({ day }) => day < before)}>
            {t("place.data.removeN", { count: days.filter(({ day }) => day < before).length, n: format.whole(days.filter(({ day }) => day < before).length) })}
          </Button>
        </form>
      )}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {visits.error && !missing && <Failure error={visits.error} retry={() => void visits.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && days.length === 0 && <Empty title={t("place.data.noDays")} />}
      {days.length > 0 && <Calendar days={days} onDay={look} />}
      {days.length > 0 && (
        <TableScroll labelledBy="held-title">
          <table className="table">
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={column.name} scope="col" {...(column.numeric ? { className: "numeric" } : {})}>
                    {column.name}
                  </th>
                ))}
                <th scope="col">
                  <span className="visually-hidden">{t("place.data.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, sightings, files, bytes }) => {
                const seen = of.get(day);
                return (
                  <tr key={day}>
                    <th scope="row">
                      <button type="button" className="place-pick" onClick={() => look(day)} aria-label={t("place.data.look", { day: format.day(day) })}>
                        {format.day(day)}
                      </button>
                    </th>
                    <td className="numeric">{format.whole(sightings)}</td>
                    <td className="numeric">{seen ? format.whole(seen.visits) : NOTHING}</td>
                    <td className="numeric">{seen ? format.whole(seen.units) : NOTHING}</td>
                    <td className="numeric">{format.whole(files)}</td>
                    <td className="numeric">{size(bytes)}</td>
                    <td className="place-corner-actions">
                      <Allowed to="manage_sources">
                        <Button look="quiet" icon aria-label={t("place.data.removeDay", { day: format.day(day) })} onPress={() => setRemoval({ day })}>
                          <Trash2 size={14} aria-hidden />
                        </Button>
                      </Allowed>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </TableScroll>
      )}
      {removal && <Remove workspace={workspace} site={site.id} removal={removal} days={days} onClose={() => setRemoval(null)} />}
    </section>
  );
}

/** Months with a square for each day, as dark as it has positions. The list below has the numbers. */
function Calendar({ days, onDay }: { days: readonly PositionDay[]; onDay: (day: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(1, ...days.map(({ sightings }) => sightings));
  return (
    <div className="place-calendar">
      {monthsOf(days.map(({ day }) => day)).map(({ month, blanks, days: own }) => (
        <div key={month} className="place-month" role="group" aria-label={format.month(`${month}-01`)}>
          <p className="sub" aria-hidden>
            {format.month(`${month}-01`)}
          </p>
          <div className="place-month-days">
            {Array.from({ length: blanks }, (_, at) => (
              <span key={`blank ${at}`} />
            ))}
            {own.map((day) => {
              const held = of.get(day);
              const number = Number(day.slice(8));
              return held ? (
                <button key={day} type="button" className={`place-date shade-${Math.max(1, Math.ceil((held.sightings / most) * 5))}`} onClick={() => onDay(day)}>
                  {number}
                  <span className="visually-hidden"> {t("place.data.dateOf", { day: format.day(day), n: format.whole(held.sightings) })}</span>
                </button>
              ) : (
                <span key={day} className="place-date" aria-hidden>
                  {number}
                </span>
              );
            })}
          </div>
        </div>
      ))}
    </div>
  );
}

interface RemoveProps {
  workspace: string;
  site: string;
  removal: Removal;
  days: readonly PositionDay[];
  onClose: () => void;
}

function Remove({ workspace, site, removal, days, onClose }: RemoveProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => removePositions(workspace, site, removal),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ["place"] });
    },
  });
  const gone = days.filter(({ day }) => ("day" in removal ? day === removal.day : "before" in removal ? day < removal.before : true));
  const positions = gone.reduce((sum, { sightings }) => sum + sightings, 0);
  return (
    <Ask title={"day" in removal ? t("place.data.removeDay", { day: format.day(removal.day) }) : t("place.data.removeN", { count: gone.length, n: format.whole(gone.length) })} action={t("place.data.remove")} run={{ ...run, mutate: () => run.mutate() }} onClose={onClose}>
      <p>{t("place.data.removeHow", { n: format.whole(positions) })}</p>
      <p>{t(gone.length === days.length ? "place.data.removeAllHow" : "place.data.removeSomeHow")}</p>
    </Ask>
  );
}
