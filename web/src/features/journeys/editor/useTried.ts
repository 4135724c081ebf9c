// The draft as the server counts it: asked once typing pauses; what is asked no more is cancelled.
import { useQuery } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { journeyPreviewQuery } from "../../../api/queries";
import type { Journey, JourneyPreview, TouchpointMatch } from "../../../api/types";
import type { Placed } from "./faults";
import { placed } from "./faults";

/** How long nothing must change before a draft is asked about. */
const PAUSE_MS = 350;

export interface Tried {
  preview: JourneyPreview | undefined;
  /** By touchpoint, what it takes. */
  matches: ReadonlyMap<string, TouchpointMatch>;
  faults: readonly Placed[];
  /** Whether the numbers are those of an earlier draft. */
  stale: boolean;
  asking: boolean;
  error: unknown;
  retry: () => void;
  queryKey: QueryKey;
}

export function useTried(workspace: string, draft: Journey): Tried {
  const [asked, setAsked] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const options = journeyPreviewQuery(workspace, asked);
  const query = useQuery(options);
  const tried = query.data;
  return {
    preview: tried?.preview,
    matches: new Map(tried?.preview.touchpoints.map((match) => [match.touchpoint, match])),
    faults: tried?.preview.faults.map((fault) => placed(tried.draft, fault)) ?? [],
    stale: tried?.draft !== draft,
    asking: query.isFetching,
    error: query.error,
    retry: () => void query.refetch(),
    queryKey: options.queryKey,
  };
}
