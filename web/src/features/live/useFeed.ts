// Listens to the workspace's stream: gathers what comes into a few drawings a second, and begins again when it is cut.
import { useCallback, useEffect, useRef, useState } from "react";

import type { Connection } from "../../api/live";
import { follow } from "../../api/live";
import type { Arrival } from "./feed";
import { arrived, fresh, joined, refused } from "./feed";

/** Four drawings a second at most, however much comes. */
const GATHER_MS = 250;
/** A screen reader is told of the sums no more often than this. */
const SAY_MS = 10_000;

interface Sums {
  events: number;
  rejections: number;
}

export interface Feed {
  arrivals: Arrival[];
  connection: Connection;
  /** What was told since the page was opened, said now and then. */
  said: Sums;
  /** What came beside that, too fast to be told. */
  passedOver: number;
  retry: () => void;
}

export function useFeed(workspace: string): Feed {
  const [arrivals, setArrivals] = useState<Arrival[]>([]);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [said, setSaid] = useState<Sums>({ events: 0, rejections: 0 });
  const [passedOver, setPassedOver] = useState(0);
  const kept = useRef<Arrival[]>([]);
  /** A new one when it changes. */
  const sums = useRef<Sums>(said);
  const restart = useRef(() => {});

  useEffect(() => {
    let batch: Arrival[] = [];
    let passed = 0;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      gathering = undefined;
      const added = fresh(kept.current, batch);
      kept.current = joined(kept.current, added);
      batch = [];
      if (added.length > 0) {
        const rejections = added.filter(({ is }) => is === "rejection").length;
        sums.current = { events: sums.current.events + added.length - rejections, rejections: sums.current.rejections + rejections };
      }
      setArrivals(kept.current);
      setPassedOver(passed);
    };
    const take = (arrival: Arrival) => {
      batch.push(arrival);
      gathering ??= setTimeout(draw, GATHER_MS);
    };
    const following = follow(
      { workspace },
      {
        connection: setConnection,
        event: (event) => take(arrived(event)),
        rejection: (rejection) => take(refused(rejection)),
        passedOver: (count) => {
          passed += count;
          gathering ??= setTimeout(draw, GATHER_MS);
        },
      },
    );
    restart.current = following.retry;
    return () => {
      following.stop();
      clearTimeout(gathering);
      restart.current = () => {};
    };
  }, [workspace]);

  useEffect(() => {
    const timer = setInterval(() => setSaid(sums.current), SAY_MS);
    return () => clearInterval(timer);
  }, []);

  const retry = useCallback(() => restart.current(), []);
  return { arrivals, connection, said, passedOver, retry };
}
