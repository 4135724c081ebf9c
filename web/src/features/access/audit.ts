// The actions an entry of the audit log can be about, and its details as text.
import type { AuditEntry } from "../../api/types";

/** In the order they are offered as a filter: coming in, people, changes, looks. */
export const ACTIONS = [
  "setup",
  "sign_in",
  "sign_in_refused",
  "sign_out",
  "password_change",
  "person_change",
  "member_change",
  "member_removal",
  "invitation",
  "invitation_withdrawal",
  "invitation_acceptance",
  "journey_change",
  "segment_change",
  "segment_deletion",
  "site_change",
  "site_deletion",
  "positions_removal",
  "sensor_change",
  "sensor_deletion",
  "sensor_key",
  "place_forecast",
  "place_forecast_deletion",
  "pain_change",
  "proposal_change",
  "dated_change",
  "dated_change_deletion",
  "comment",
  "comment_deletion",
  "named_view_change",
  "named_view_deletion",
  "source_change",
  "source_deletion",
  "source_key",
  "source_key_deletion",
  "rejection_replay",
  "import",
  "import_cancellation",
  "traffic_change",
  "identity_decision",
  "identity_policy_change",
  "dictionary_change",
  "workspace_creation",
  "export",
  "customers_seen",
  "customer_search",
  "timeline_seen",
  "sql",
] as const satisfies readonly AuditEntry["action"][];

/** Details are what the action was made with: `role: viewer · version: 3`; nothing where there are none. */
export function detailText(detail: unknown): string {
  if (detail === null || detail === undefined) return "";
  if (typeof detail !== "object") return String(detail);
  if (Array.isArray(detail)) return detail.map(plain).join(", ");
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${plain(value)}`)
    .join(" · ");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
