// The visits behind a pain, a page after the other. Whoever looks may see customers, and it is written down that they did.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { visitListQuery } from "../../api/places";
import type { PlacePain, PlaceVisit } from "../../api/types";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { useListed, useZoneName } from "./names";
import type { ViewProps } from "./viewProps";

const MICROSECONDS = 1e6;

export function PainVisits({ workspace, site, plan, question, pain }: ViewProps & { pain: PlacePain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const listed = useListed();
  const zoneName = useZoneName(plan?.floors ?? []);
  const asked = useInfiniteQuery(visitListQuery(workspace, site.id, question, { pain: pain.pick }));
  const visits = asked.data?.pages.flatMap((page) => page.visits) ?? [];
  const title = `visits-${pain.key}`;
  const spent = (visit: PlaceVisit) => (visit.receipts.length === 0 ? NOTHING : format.money(visit.receipts.reduce((sum, { amount }) => sum + amount, 0), null));
  return (
    <div className="floor-pain-part">
      <h3 id={title}>{t("place.pains.visits")}</h3>
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <div className="skeleton" aria-hidden />}
      {asked.data && visits.length === 0 && <p className="sub">{t("place.nobody")}</p>}
      {visits.length > 0 && (
        <TableScroll labelledBy={title}>
          <table className="table">
            <thead>
              <tr>
                {(["entered", "stay", "zones", "stops", "spent", "customer"] as const).map((column) => (
                  <th key={column} scope="col" className={column === "stay" || column === "stops" || column === "spent" ? "num" : undefined}>
                    {t(`place.pains.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {visits.map((visit) => (
                <tr key={visit.visit}>
                  <th scope="row">{format.dateTime(visit.enter_us, site.time_zone)}</th>
                  <td className="num">{format.duration((visit.leave_us - visit.enter_us) / MICROSECONDS)}</td>
                  <td>{listed(visit.zones.map(zoneName))}</td>
                  <td className="num">{format.whole(visit.stops)}</td>
                  <td className="num">{spent(visit)}</td>
                  <td>
                    {visit.customer == null ? (
                      t("place.pains.nobodyKnown")
                    ) : (
                      <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: visit.customer }}>
                        {t("place.pains.openCustomer")}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {asked.hasNextPage && (
        <div>
          <Button onPress={() => void asked.fetchNextPage()} isDisabled={asked.isFetchingNextPage}>
            {t("place.pains.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
