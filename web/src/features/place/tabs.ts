// The views of a site's page, in the order of their tabs. Another one is added here: a word for `SHOWS`, its texts
// `place.show.…`, and a line below. Each is loaded when somebody looks at it.
import type { ComponentType, LazyExoticComponent } from "react";
import { lazy } from "react";

import type { Ability } from "../../ui/rights";
import { Heat } from "./Heat";
import type { Show } from "./view";
import type { ViewProps } from "./viewProps";

export interface Tab {
  show: Show;
  View: ComponentType<ViewProps> | LazyExoticComponent<ComponentType<ViewProps>>;
  /** What it takes to look at it; nothing but to read answers where it is absent. */
  needs?: Ability;
  /** Whether it is of use where nobody has been seen yet. */
  always?: boolean;
  /** Whether it is of all floors at once, and draws none. */
  ofSite?: boolean;
  /** Whether it says by itself which of the plans it draws. */
  ownPlans?: boolean;
}

/** A view of a module of its own. */
const of = (load: () => Promise<ComponentType<ViewProps>>) => lazy(async () => ({ default: await load() }));

export const TABS: readonly Tab[] = [
  { show: "heat", View: Heat },
  { show: "zones", View: of(async () => (await import("./Zones")).Zones) },
  { show: "flows", View: of(async () => (await import("./Flows")).Flows) },
  { show: "queues", View: of(async () => (await import("./Queues")).Queues), ofSite: true },
  { show: "pains", View: of(async () => (await import("./Pains")).Pains), ofSite: true },
  { show: "trips", View: of(async () => (await import("./Trips")).Trips), ofSite: true },
  { show: "replay", View: of(async () => (await import("./Replay")).Replay), needs: "see_customers" },
  { show: "visits", View: of(async () => (await import("./visits/VisitsTab")).VisitsTab), needs: "see_customers", ofSite: true },
  { show: "compare", View: of(async () => (await import("./compare/CompareTab")).CompareTab) },
  { show: "forecast", View: of(async () => (await import("./forecast/ForecastTab")).ForecastTab), ownPlans: true },
  { show: "data", View: of(async () => (await import("./data/DataTab")).DataTab), always: true, ofSite: true },
];
