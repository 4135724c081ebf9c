// A customer in a list: the name, or what they are known by, as a link to their page.
import { Link } from "@tanstack/react-router";

import type { CustomerRow } from "../../api/types";
import { identifiersText } from "../../ui/identifiers";

/** Identifiers said in a list; their page has them all. */
const SAID = 2;

export function Who({ workspace, customer }: { workspace: string; customer: CustomerRow }) {
  const { name, identifiers, matched } = customer;
  // What was found stands first: it is why the row is here.
  const found = matched?.namespace ? [{ namespace: matched.namespace, value: matched.value }] : [];
  const known = [...found, ...identifiers.filter((id) => !found.some((first) => first.namespace === id.namespace && first.value === id.value))];
  const more = known.length > SAID ? ` +${known.length - SAID}` : "";
  const text = identifiersText(known.slice(0, SAID)) + more;
  return (
    <>
      <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: customer.customer }} search={{}}>
        {name ?? (text || customer.customer)}
      </Link>
      {name && text && <span className="sub who-ids">{text}</span>}
    </>
  );
}
