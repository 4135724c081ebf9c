// The effect of verdicts as the server works it out, while it is worked out and when it is there.
import { useQuery } from "@tanstack/react-query";

import { identityPreviewQuery } from "../../api/identity";
import type { IdentityVerdict } from "../../api/types";
import { Failure, Progress } from "../States";
import { Effect } from "./Effect";

export function Preview({ workspace, verdicts }: { workspace: string; verdicts: IdentityVerdict[] }) {
  const options = identityPreviewQuery(workspace, verdicts);
  const preview = useQuery({ ...options, staleTime: 0 });
  return (
    <>
      {preview.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
      {preview.error && <Failure error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && <Effect effect={preview.data} />}
      {!preview.data && !preview.error && <div className="skeleton" aria-hidden />}
    </>
  );
}
