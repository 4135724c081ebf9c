// A proposal in a drawer: a new one, one against a pain, or a known one with its history.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusOf } from "../../api/proposals";
import { journeyQuery, journeysQuery, painQuery, proposalQuery, saveProposal } from "../../api/queries";
import type { ProposalInfo, ProposalStatus, SaveProposal, WorkspaceInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Drawer } from "../../ui/Drawer";
import { useFormat } from "../../ui/format";
import { History } from "../../ui/History";
import { useLocalized } from "../../ui/language";
import { usePlaces } from "../../ui/places";
import { Empty, Failure } from "../../ui/States";
import { nextOf } from "./board";
import { draftAgainst, draftOf, emptyDraft, readIdea } from "./form";
import type { Draft } from "./form";
import { ProposalForm } from "./ProposalForm";
import { useFieldWords } from "./words";

export type Wanted =
  | { is: "new" }
  /** What another page handed over, as it stands in the address. */
  | { is: "idea"; idea: string }
  /** `cause`: kind of the signal whose suggestion is taken up. */
  | { is: "against"; pain: string; cause: string | null }
  /** `status`: what it is to become, where it was moved and something is missing for that. */
  | { is: "known"; id: number; status: ProposalStatus | null };

interface Props {
  workspace: WorkspaceInfo;
  onClose: () => void;
}

export function ProposalDrawer({ wanted, ...props }: Props & { wanted: Wanted }) {
  const { t } = useTranslation();
  return (
    <Drawer title={t(wanted.is === "known" ? "proposal.edit" : "proposals.new")} onClose={props.onClose}>
      {wanted.is !== "known" && (
        <Allowed to="handle_proposals" said>
          {wanted.is !== "against" ? <Fresh {...props} idea={wanted.is === "idea" ? readIdea(wanted.idea) : null} /> : <Against {...props} pain={wanted.pain} cause={wanted.cause} />}
        </Allowed>
      )}
      {wanted.is === "known" && <Known {...props} id={wanted.id} status={wanted.status} />}
    </Drawer>
  );
}

/** Saves and tells every place that shows proposals. */
function useSave(workspace: string, id: number | null, onClose: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (save: SaveProposal) => saveProposal(workspace, id, save),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        client.invalidateQueries({ queryKey: ["proposals", workspace] }),
        client.invalidateQueries({ queryKey: ["proposal", workspace] }),
      ]);
    },
  });
}

function Fresh({ workspace, onClose, idea }: Props & { idea: Partial<Draft> | null }) {
  const { t } = useTranslation();
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys;
  const first = journeys?.[0]?.id;
  const definition = useQuery({ ...journeyQuery(workspace.id, first ?? "", null), enabled: first !== undefined }).data?.journey;
  const stage = definition?.stages[0]?.id;
  if (journeys?.length === 0) {
    return (
      <Empty title={t("journeys.empty")}>
        <p>{t("journeys.emptyHow")}</p>
      </Empty>
    );
  }
  if (first === undefined || stage === undefined) return <div className="skeleton" aria-hidden />;
  return <New workspace={workspace} onClose={onClose} draft={{ ...emptyDraft(first, stage, workspace.currency ?? null), ...idea }} />;
}

function Against({ workspace, onClose, pain: key, cause }: Props & { pain: string; cause: string | null }) {
  const localized = useLocalized();
  const pain = useQuery(painQuery(workspace.id, key));
  if (pain.error) return <Failure error={pain.error} retry={() => void pain.refetch()} />;
  if (!pain.data) return <div className="skeleton" aria-hidden />;
  const taken = pain.data.pain.suggestions?.find(({ rests_on: on }) => on.on === "cause" && on.kind === cause);
  const suggested = taken ? { ...taken, title: localized(taken.title) } : null;
  return <New workspace={workspace} onClose={onClose} draft={draftAgainst(pain.data.pain, workspace.currency ?? null, suggested)} />;
}

function New({ workspace, onClose, draft }: Props & { draft: Draft }) {
  const save = useSave(workspace.id, null, onClose);
  return (
    <ProposalForm
      workspace={workspace}
      start={draft}
      statuses={null}
      error={save.error}
      saving={save.isPending}
      onSave={(proposal, note) => save.mutate({ proposal, ...(note ? { note } : {}) })}
    />
  );
}

function Known({ workspace, onClose, id, status }: Props & { id: number; status: ProposalStatus | null }) {
  const info = useQuery({ ...proposalQuery(workspace.id, id), staleTime: 0 });
  if (info.error) return <Failure error={info.error} retry={() => void info.refetch()} />;
  if (!info.data || info.isFetching) return <div className="skeleton" aria-hidden />;
  return <KnownOf key={info.data.version} workspace={workspace} onClose={onClose} info={info.data} status={status} />;
}

function KnownOf({ workspace, onClose, info, status }: Props & { info: ProposalInfo; status: ProposalStatus | null }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const client = useQueryClient();
  const save = useSave(workspace.id, info.id, onClose);
  const definition = useQuery(journeyQuery(workspace.id, info.proposal.journey, null)).data?.journey;
  const words = useFieldWords(info.proposal.currency, usePlaces(definition));
  const draft = draftOf(info.proposal);
  return (
    <>
      <Allowed to="handle_proposals" said>
        <ProposalForm
          workspace={workspace}
          start={status ? { ...draft, status } : draft}
          asked={status !== null}
          statuses={[statusOf(info), ...nextOf(statusOf(info))]}
          error={save.error}
          saving={save.isPending}
          onSave={(proposal, note) => save.mutate({ proposal, expected_version: info.version, ...(note ? { note } : {}) })}
          onReload={() => void client.invalidateQueries({ queryKey: ["proposal", workspace.id, info.id] })}
        />
      </Allowed>
      <section className="proposal-history">
        <h3>{t("history.title")}</h3>
        <p className="sub">{t("proposal.created", { by: actor(info.created_by), when: format.dateTime(info.created_at_us, workspace.zone) })}</p>
        <History entries={info.history} zone={workspace.zone} {...words} />
      </section>
    </>
  );
}
