// How the installation is: disk, memory, workspaces, limits, the last backup.
import { queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";

/** How fresh it is while it is looked at. */
const REFRESH_MS = 10_000;

export const systemQuery = () =>
  queryOptions({
    queryKey: ["system"],
    queryFn: ({ signal }) => request("GET", PATHS.system, { signal }),
    refetchInterval: REFRESH_MS,
  });
