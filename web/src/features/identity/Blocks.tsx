// Identifiers that join nobody: blocking one, also before it ever came, and taking that back.
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { decideIdentity, identityDecisionsQuery } from "../../api/identity";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { Failure } from "../../ui/States";
import { DecisionTable } from "./DecisionsPage";

export function Blocks({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useInfiniteQuery(identityDecisionsQuery(workspace.id));
  const blocks = list.data?.pages.flatMap((page) => page.decisions).filter(({ decision }) => decision === "block") ?? [];
  const { hasNextPage, isFetching, error, fetchNextPage } = list;
  const complete = list.data !== undefined && !hasNextPage;
  // That there are none is known when all have been looked through.
  useEffect(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  const [namespace, setNamespace] = useState("");
  const [value, setValue] = useState("");
  const [note, setNote] = useState("");
  const block = useMutation({
    mutationFn: () => decideIdentity(workspace.id, [{ decision: "block", a: { namespace: namespace.trim(), value: value.trim() } }], note.trim()),
    onSuccess: async () => {
      setValue("");
      setNote("");
      await client.invalidateQueries();
    },
  });
  return (
    <section className="card" aria-labelledby="blocks-title">
      <header className="section-head">
        <h2 id="blocks-title">{t("identity.blocks")}</h2>
      </header>
      <p className="sub identity-how">{t("identity.blocks.what")}</p>
      <Allowed to="decide_identity" said>
        <form
          className="card-body identity-block"
          onSubmit={(event) => {
            event.preventDefault();
            block.mutate();
          }}
        >
          <TextField label={t("identity.policy.namespace")} value={namespace} onChange={setNamespace} required />
          <TextField label={t("customers.value")} value={value} onChange={setValue} required />
          <TextField label={t("form.note")} value={note} onChange={setNote} />
          <Button type="submit" isDisabled={namespace.trim() === "" || value.trim() === "" || block.isPending}>
            {t("identity.blocks.add")}
          </Button>
        </form>
        {block.error && <Failure error={block.error} />}
      </Allowed>
      {blocks.length > 0 && <DecisionTable workspace={workspace.id} zone={workspace.zone} decisions={blocks} labelledBy="blocks-title" />}
      {complete && !error && blocks.length === 0 && <p className="identity-settled">{t("identity.blocks.none")}</p>}
      {!complete && !error && <div className="skeleton" aria-hidden />}
      {error && <Failure error={error} retry={() => void (list.isFetchNextPageError ? fetchNextPage() : list.refetch())} />}
    </section>
  );
}
