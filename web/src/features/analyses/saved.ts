// The names this browser knows of stored views.
import { isKind } from "./view";

export interface NamedView {
  name: string;
  hash: string;
  /** Which analysis it is. */
  kind: string;
}

const key = (workspace: string) => `throughline.views.${workspace}`;
/** More than a person keeps an overview of. */
const VIEWS_MAX = 100;

export function readSaved(workspace: string): NamedView[] {
  try {
    const views: unknown = JSON.parse(localStorage.getItem(key(workspace)) ?? "[]");
    return Array.isArray(views) ? views.filter(isNamed) : [];
  } catch {
    return [];
  }
}

export function writeSaved(workspace: string, views: readonly NamedView[]): void {
  localStorage.setItem(key(workspace), JSON.stringify(views.slice(0, VIEWS_MAX)));
}

function isNamed(value: unknown): value is NamedView {
  if (value === null || typeof value !== "object") return false;
  const { name, hash, kind } = value as Record<string, unknown>;
  return typeof name === "string" && typeof hash === "string" && isKind(kind);
}
