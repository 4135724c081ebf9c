// Sensors of a site that deliver by themselves: how they fare, and what their counters counted.
import { queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import type { NewSensor, SensorChange, SensorMade } from "./types";

/** How fresh the state of sensors is while their page is looked at. */
const REFRESH_MS = 5000;

export const sensorsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["sensors", workspace, site],
    queryFn: ({ signal }) => request("GET", PATHS.sensors, { path: { workspace, site }, signal }),
    refetchInterval: REFRESH_MS,
  });

export function addSensor(workspace: string, site: string, sensor: NewSensor): Promise<SensorMade> {
  return request("POST", PATHS.sensors, { path: { workspace, site }, body: sensor });
}

export function changeSensor(workspace: string, site: string, sensor: string, change: Partial<SensorChange>): Promise<void> {
  return request("PATCH", PATHS.sensor, { path: { workspace, site, sensor }, body: change });
}

export function removeSensor(workspace: string, site: string, sensor: string): Promise<void> {
  return request("DELETE", PATHS.sensor, { path: { workspace, site, sensor } });
}

/** The old key ends after `graceHours`. */
export function rotateSensorKey(workspace: string, site: string, sensor: string, graceHours: number): Promise<SensorMade> {
  return request("POST", PATHS.sensorRotation, { path: { workspace, site, sensor }, body: { grace_hours: graceHours } });
}

/** By day, of the days from `from` on. */
export const countsQuery = (workspace: string, site: string, from: string) =>
  queryOptions({
    queryKey: ["counts", workspace, site, from],
    queryFn: ({ signal }) => request("GET", PATHS.placeCounts, { path: { workspace, site }, query: { from }, signal }),
    refetchInterval: REFRESH_MS,
    retry: false,
  });
