// Looks at a customer anew whenever something of theirs arrives, as long as the page is in sight.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import type { Life } from "../../api/customers";
import { lookAnew } from "../../api/customers";
import type { Connection } from "../../api/live";
import { follow } from "../../api/live";

/** How long what comes after a look is gathered before the next. */
const GATHER_MS = 1000;

/**
 * Whether what arrives is heard of; null: not listened for. Out of sight nothing is: browsers have few connections to a server,
 * and servers few places for those who watch. Each connection begins with a look, so nothing is missed between two.
 */
export function useArrivals(life: Life, listening: boolean): Connection | null {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const looked = useRef(life);
  useEffect(() => {
    looked.current = life;
  });
  const { workspace, customer } = life;
  useEffect(() => {
    if (!listening) return;
    let ended = false;
    let looking = false;
    let again = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (looking) {
        again = true;
        return;
      }
      [looking, again] = [true, false];
      // What failed is asked at the next arrival, or by the reader; what is shown stands.
      await lookAnew(client, looked.current).catch(() => undefined);
      waiting = setTimeout(() => {
        looking = false;
        if (again && !ended) void look();
      }, GATHER_MS);
    };
    let stop: (() => void) | undefined;
    const begin = () => {
      stop?.();
      stop = undefined;
      if (document.visibilityState === "hidden") return;
      const following = follow(
        { workspace, customer },
        {
          connection: (now) => {
            setConnection(now);
            if (now === "open") void look();
          },
          event: () => void look(),
          passedOver: () => void look(),
          rejection: () => undefined,
        },
      );
      stop = following.stop;
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    return () => {
      ended = true;
      stop?.();
      clearTimeout(waiting);
      document.removeEventListener("visibilitychange", begin);
    };
  }, [client, workspace, customer, listening]);
  return listening ? connection : null;
}
