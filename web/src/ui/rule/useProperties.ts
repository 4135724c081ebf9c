// What events and customers are known to say of themselves, beside the workspace's dimensions.
import { useQuery } from "@tanstack/react-query";

import { dictionaryQuery } from "../../api/dictionary";
import type { DictionaryProperty } from "../../api/types";
import { useStores } from "../rights";

/** Refused to those who are limited to stores, who then choose among dimensions. */
export function useProperties(workspace: string): DictionaryProperty[] {
  const limited = useStores(workspace) !== null;
  return useQuery({ ...dictionaryQuery(workspace), enabled: !limited, refetchInterval: false }).data?.properties ?? [];
}
