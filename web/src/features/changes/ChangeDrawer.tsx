// A dated change in a drawer: a new one, one that a proposal became, or a known one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { changesKey, saveChange } from "../../api/changes";
import { journeyQuery, journeysQuery, proposalQuery } from "../../api/queries";
import type { DatedChange, KeptChange, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Drawer } from "../../ui/Drawer";
import { Failure } from "../../ui/States";
import { ChangeForm } from "./ChangeForm";
import { draftOf, emptyDraft } from "./form";
import type { Draft } from "./form";

interface Props {
  workspace: WorkspaceInfo;
  /** What is changed; null: a new one. */
  kept: KeptChange | null;
  /** The proposal a new one comes from. */
  proposal: number | null;
  onClose: () => void;
}

export function ChangeDrawer(props: Props) {
  const { t } = useTranslation();
  return (
    <Drawer title={t(props.kept ? "change.edit" : "changes.new")} onClose={props.onClose}>
      <Allowed to="handle_proposals" said>
        {props.kept ? <Filled {...props} draft={draftOf(props.kept.change)} /> : props.proposal === null ? <Fresh {...props} /> : <OfProposal {...props} id={props.proposal} />}
      </Allowed>
    </Drawer>
  );
}

function Fresh(props: Props) {
  const journeys = useQuery(journeysQuery(props.workspace.id));
  const first = journeys.data?.journeys[0]?.id;
  const definition = useQuery({ ...journeyQuery(props.workspace.id, first ?? "", null), enabled: first !== undefined });
  if (journeys.error) return <Failure error={journeys.error} retry={() => void journeys.refetch()} />;
  if (!journeys.data || (first !== undefined && !definition.data)) return <div className="skeleton" aria-hidden />;
  return <Filled {...props} draft={emptyDraft(first ?? "", definition.data?.journey.stages[0]?.id ?? "")} />;
}

/** What was proposed is what was changed. */
function OfProposal({ id, ...props }: Props & { id: number }) {
  const proposal = useQuery(proposalQuery(props.workspace.id, id));
  if (proposal.error) return <Failure error={proposal.error} retry={() => void proposal.refetch()} />;
  if (!proposal.data) return <div className="skeleton" aria-hidden />;
  const { title, journey, stage } = proposal.data.proposal;
  return <Filled {...props} draft={{ ...emptyDraft(journey, stage), title, figure: "stage_onward", proposal: id }} />;
}

function Filled({ workspace, kept, onClose, draft }: Props & { draft: Draft }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: (change: DatedChange) => saveChange(workspace.id, kept, change),
    onSuccess: async (saved) => {
      await Promise.all([client.invalidateQueries({ queryKey: changesKey(workspace.id) }), client.invalidateQueries({ queryKey: ["change", workspace.id] })]);
      onClose();
      if (!kept) void navigate({ to: "/w/$workspace/changes/$change", params: { workspace: workspace.id, change: String(saved.id) } });
    },
  });
  const reload = () => void client.invalidateQueries({ queryKey: ["change", workspace.id] });
  return <ChangeForm workspace={workspace} start={draft} known={kept?.change ?? null} error={save.error} saving={save.isPending} onSave={(change) => save.mutate(change)} onReload={reload} />;
}
