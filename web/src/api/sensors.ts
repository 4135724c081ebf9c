// Sensors of a site that deliver by themselves: how they fare, and what their counters counted.
import { queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import type { NewSensor, PlaceCounts, SensorChange, SensorList, SensorMade } from "./types";

/** How fresh the state of sensors is while their page is looked at. */
const REFRESH_MS = 5000;

export const sensorsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["sensors", workspace, site],
    queryFn: ({ signal }) => request<SensorList>(path(PATHS.sensors, { workspace, site }), { signal }),
    refetchInterval: REFRESH_MS,
  });

export function addSensor(workspace: string, site: string, sensor: NewSensor): Promise<SensorMade> {
  return request<SensorMade>(path(PATHS.sensors, { workspace, site }), { body: sensor });
}

export function changeSensor(workspace: string, site: string, sensor: string, change: Partial<SensorChange>): Promise<void> {
  return request<void>(path(PATHS.sensor, { workspace, site, sensor }), { method: "PATCH", body: change });
}

export function removeSensor(workspace: string, site: string, sensor: string): Promise<void> {
  return request<void>(path(PATHS.sensor, { workspace, site, sensor }), { method: "DELETE" });
}

/** The old key ends after `graceHours`. */
export function rotateSensorKey(workspace: string, site: string, sensor: string, graceHours: number): Promise<SensorMade> {
  return request<SensorMade>(path(PATHS.sensorRotation, { workspace, site, sensor }), { body: { grace_hours: graceHours } });
}

/** By day, of the days from `from` on. */
export const countsQuery = (workspace: string, site: string, from: string) =>
  queryOptions({
    queryKey: ["counts", workspace, site, from],
    queryFn: ({ signal }) => request<PlaceCounts>(path(PATHS.placeCounts, { workspace, site }), { query: { from }, signal }),
    refetchInterval: REFRESH_MS,
    retry: false,
  });
