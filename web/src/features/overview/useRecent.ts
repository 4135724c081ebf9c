// Listens to the workspace's stream for how much arrives; what arrives is shown by the live page.
import { useEffect, useState } from "react";

import { follow } from "../../api/live";
import type { Recent, Slices } from "./recent";
import { WINDOW_MS, read, take } from "./recent";

/** One drawing a second, however much comes. */
const DRAW_MS = 1000;
/** As many of the last arrivals the server tells first: where it tells that many, there may have been more. */
const TOLD_FIRST = 200;

export interface Arriving extends Recent {
  /** Whether there may have been more before the page was opened. */
  more: boolean;
  /** Whether the stream was cut and is not back. The server says nothing while nothing arrives, so silence is no cut. */
  lost: boolean;
}

/** null for the first moment. */
export function useRecent(workspace: string): Arriving | null {
  const [arriving, setArriving] = useState<Arriving | null>(null);
  useEffect(() => {
    const slices: Slices = new Map();
    let lost = false;
    // The stream begins each time with its last arrivals; those that were told before the cut are known.
    let newest = 0;
    let known = 0;
    const opened = Date.now();
    let told = 0;
    let oldestTold = Number.POSITIVE_INFINITY;
    const took = (what: "events" | "rejections", receivedUs: number) => {
      lost = false;
      if (receivedUs <= known) return;
      newest = Math.max(newest, receivedUs);
      const at = receivedUs / 1000;
      if (at < opened) {
        told += 1;
        oldestTold = Math.min(oldestTold, at);
      }
      take(slices, at, what);
    };
    const following = follow(
      { workspace },
      {
        connection: (now) => {
          lost = now !== "open";
          if (lost) known = newest;
        },
        event: ({ received_us }) => took("events", received_us),
        rejection: ({ received_us }) => took("rejections", received_us),
        passedOver: (count) => take(slices, Date.now(), "events", count),
      },
    );
    const timer = setInterval(() => {
      const recent = read(slices, Date.now());
      setArriving({ ...recent, lost, more: told >= TOLD_FIRST && oldestTold > Date.now() - WINDOW_MS });
    }, DRAW_MS);
    return () => {
      following.stop();
      clearInterval(timer);
    };
  }, [workspace]);
  return arriving;
}
