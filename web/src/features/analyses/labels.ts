// What is counted and what it is called: events by their names, a journey's stages by those of its definition.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { journeyQuery } from "../../api/queries";
import type { People } from "../../api/types";
import { useCount } from "../../ui/count";
import { usePlaces } from "../../ui/places";
import type { Count } from "./funnelView";
import type { Unit } from "./view";

/** What the API calls the goal of a journey. */
const GOAL = "goal";

export function useLabels(workspace: string, unit: Unit): (label: string) => string {
  const { t } = useTranslation();
  const journey = unit.of === "journey" ? unit.journey : "";
  const definition = useQuery({ ...journeyQuery(workspace, journey, null), enabled: journey !== "" }).data?.journey;
  const places = usePlaces(journey === "" ? undefined : definition);
  return (label) => {
    const stage = places.stage(label);
    // The last step of a journey's funnel is its goal, which is no stage.
    if (journey !== "" && stage === label && label === GOAL) return t("totals.goal");
    return stage === label ? places.touchpoint(label) : stage;
  };
}

/** 「600 位客户」, “3,605 sessions (600 customers)”. `counted`: what a funnel counts of them. */
export function usePeople(unit: Unit, counted: Count = "uniques"): (people: Pick<People, "instances" | "customers">) => string {
  const { t } = useTranslation();
  const count = useCount();
  return ({ instances, customers }) => {
    const all = count("customers", customers);
    if (counted !== "uniques") return t("unit.both", { subjects: count(counted === "totals" ? "attempts" : "sessions", instances), customers: all });
    return unit.of === "customer" ? all : t("unit.both", { subjects: count(unit.of === "session" ? "sessions" : "journeys", instances), customers: all });
  };
}
