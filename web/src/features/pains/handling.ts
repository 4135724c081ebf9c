// What may be decided about a pain: the server's rules, told before it is asked.
import type { Handling, PainStatus } from "../../api/types";

/** What a person may make of a pain. Found and came back are facts: only finding sets them. */
const NEXT: Record<PainStatus, readonly PainStatus[]> = {
  found: ["acknowledged", "owned", "working", "closed"],
  came_back: ["acknowledged", "owned", "working", "closed"],
  acknowledged: ["owned", "working", "closed"],
  owned: ["acknowledged", "working", "closed"],
  working: ["acknowledged", "owned", "closed"],
  closed: ["acknowledged", "owned", "working"],
};

/** The status as it is, and what it may become. */
export function statusChoices(status: PainStatus): PainStatus[] {
  return [status, ...NEXT[status]];
}

/** Whether somebody has to answer for it. */
export function needsOwner(status: PainStatus): boolean {
  return status === "owned" || status === "working";
}

/** A form's fields; empty texts stand for nothing. */
export interface Draft {
  status: PainStatus;
  owner: string;
  due: string;
  note: string;
}

export function draftOf({ status, owner, due }: Handling): Draft {
  return { status, owner: owner ?? "", due: due ?? "", note: "" };
}

/** Whether there is anything to save. */
export function isChanged(draft: Draft, now: Handling): boolean {
  const before = draftOf(now);
  return draft.status !== before.status || draft.owner.trim() !== before.owner || draft.due !== before.due || draft.note.trim() !== "";
}

/** The decision to send. */
export function decision(draft: Draft, expected_version: number) {
  const [owner, note] = [draft.owner.trim(), draft.note.trim()];
  return {
    status: draft.status,
    expected_version,
    ...(owner ? { owner } : {}),
    ...(draft.due ? { due: draft.due } : {}),
    ...(note ? { note } : {}),
  };
}
