// Dated changes on a course of time: marks in the picture, and what they stand for below it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { changesQuery } from "../../api/changes";
import type { KeptChange } from "../../api/types";
import { useFormat } from "../format";
import { periodOf } from "./place";

/** With more marks the picture would be theirs; the newest are kept. */
const MARKS_MAX = 12;

export interface ChangeMark {
  /** Index of the period it lies in. */
  x: number;
  /** What is written at it: its number in the list. */
  text: string;
  kept: KeptChange;
}

/** The changes of the page's workspace that lie in these periods, told by their first days in order. */
export function useChangeMarks(firstDays: readonly string[]): ChangeMark[] {
  const { workspace } = useParams({ strict: false });
  // Where they cannot be had the course of time stands without them.
  const { data } = useQuery({ ...changesQuery(workspace ?? ""), enabled: workspace !== undefined });
  const there = (data?.changes ?? []).flatMap((kept) => {
    const x = periodOf(firstDays, kept.change.day);
    return x === null ? [] : [{ x, kept }];
  });
  const shown = there.toSorted((a, b) => a.kept.change.day.localeCompare(b.kept.change.day) || a.kept.id - b.kept.id).slice(-MARKS_MAX);
  return shown.map((mark, index) => ({ ...mark, text: String(index + 1) }));
}

export function ChangeMarks({ marks }: { marks: readonly ChangeMark[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { workspace = "" } = useParams({ strict: false });
  if (marks.length === 0) return null;
  return (
    <div className="change-marks">
      <h3>{t("change.marks")}</h3>
      <ol>
        {marks.map(({ kept: { id, change } }) => (
          <li key={id}>
            <Link to="/w/$workspace/changes/$change" params={{ workspace, change: String(id) }} search={{}}>
              {change.title}
            </Link>
            <span className="sub">{format.day(change.day)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
