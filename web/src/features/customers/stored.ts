// The list of all customers as a saved view keeps it: its order and its segment. What somebody looked for is left out: it may be a
// name or a number of a customer.
import type { CustomerOrder } from "../../api/types";
import { migrated } from "../../ui/scope/stored";

const VERSION = 1;
const PAGE = "customers";
const ORDERS: readonly CustomerOrder[] = ["last_seen", "first_seen", "events", "amount", "channels"];

export interface Listed {
  sort?: CustomerOrder;
  up?: "1";
  segment?: string;
}

export function storedForm({ sort, up, segment }: Listed): object {
  return { v: VERSION, page: PAGE, ...(sort ? { sort } : {}), ...(up ? { up } : {}), ...(segment ? { segment } : {}) };
}

/** The address of a stored list; null where it is none. */
export function readStored(stored: unknown): Listed | null {
  const fields = migrated(stored, {}, VERSION);
  if (!fields || fields["page"] !== PAGE) return null;
  const sort = ORDERS.find((order) => order === fields["sort"]);
  return { ...(sort ? { sort } : {}), ...(fields["up"] === "1" ? { up: "1" } : {}), ...(typeof fields["segment"] === "string" ? { segment: fields["segment"] } : {}) };
}
