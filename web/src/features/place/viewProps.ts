// What every view of a floor is given, and what it hands back to be exported.
import type { PlaceQuestion, VisitsWanted } from "../../api/places";
import type { Floor, Plan, Site } from "../../api/types";
import type { AnswerTable } from "../../ui/answer/table";
import type { PeriodChoice } from "../../ui/scope/period";
import type { Show, SiteView } from "./view";

export interface Answer {
  show: Show;
  answer: unknown;
  tables: AnswerTable[];
  /** Whether there is a picture to save. */
  drawn: boolean;
}

export interface ViewProps {
  workspace: string;
  /** That of its money; null where none is said. */
  currency: string | null;
  site: Site;
  plan: Plan | undefined;
  /** The floor that is drawn. */
  floor: Floor;
  view: SiteView;
  question: PlaceQuestion;
  /** Days with positions that the page is of, oldest first. */
  days: readonly string[];
  onChange: (change: Partial<SiteView>) => void;
  onAnswer: (answer: Answer) => void;
  /** Leads to single visits, of other days than those of the page where they are named; absent where they are not for this person. */
  onVisits?: (wanted: VisitsWanted, period?: PeriodChoice) => void;
}
