// Saves the journey's draft; where somebody saved a version meanwhile it tells what they changed.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { diffQuery, journeyQuery, matchesNothing, saveJourney } from "../../../api/queries";
import type { Journey, JourneyVersion, WorkspaceInfo } from "../../../api/types";
import { useActor } from "../../../ui/actor";
import { sentence } from "../../../ui/language";
import { Conflict, SaveDialog as Saving } from "../../../ui/draft/SaveDialog";
import { useFormat } from "../../../ui/format";
import { ChangeList } from "../ChangeList";
import type { Part } from "./draft";
import { useFaultWords } from "./FaultList";
import { placed } from "./faults";
import type { Placed } from "./faults";
import type { Tried } from "./useTried";

/** What is derived from a journey's newest version. */
const OF_JOURNEYS = ["journeys", "journey", "versions", "map", "personas", "hierarchy", "pains"];

interface Props {
  workspace: WorkspaceInfo;
  draft: Journey;
  /** The version the draft was made from. */
  base: number;
  tried: Tried;
  onSaved: (version: number) => void;
  /** Puts the draft on top of a version that somebody else saved. */
  onMerge: (theirs: JourneyVersion) => void;
  onChoose: (part: Part) => void;
  onClose: () => void;
}

export function SaveDialog({ workspace, draft, base, tried, onSaved, onMerge, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const words = useFaultWords();
  const linked = (fault: Placed) => ({ fault: fault.fault, text: words(fault), go: () => onChoose(fault.part) });
  return (
    <Saving
      wide
      title={t("editor.saveTitle")}
      how={t("editor.saveHow", { next: base + 1 })}
      notice={!tried.stale && matchesNothing(tried.preview) && <p>{t("editor.saveNothing")}</p>}
      save={(note) => saveJourney(workspace.id, draft, base, note)}
      follows={OF_JOURNEYS}
      known={tried.stale ? [] : tried.faults.map(linked)}
      told={(fault) => linked(placed(draft, fault))}
      onSaved={onSaved}
      conflict={<Meanwhile workspace={workspace} journey={draft.id} base={base} onMerge={onMerge} onClose={onClose} />}
      onClose={onClose}
    />
  );
}

interface MeanwhileProps {
  workspace: WorkspaceInfo;
  journey: string;
  base: number;
  onMerge: (theirs: JourneyVersion) => void;
  onClose: () => void;
}

function Meanwhile({ workspace, journey, base, onMerge, onClose }: MeanwhileProps) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const newest = useQuery({ ...journeyQuery(workspace.id, journey, null), staleTime: 0, refetchOnMount: "always" });
  const theirs = newest.data && newest.data.version > base ? newest.data : undefined;
  const before = useQuery(journeyQuery(workspace.id, journey, base)).data?.journey;
  const diff = useQuery({ ...diffQuery(workspace.id, journey, base, theirs?.version ?? base), enabled: theirs !== undefined });
  return (
    <Conflict
      theirs={theirs}
      said={theirs ? t("editor.conflict", { version: theirs.version, by: sentence(actor(theirs.by)), when: format.dateTime(theirs.saved_at_us, workspace.zone) }) : ""}
      error={newest.error ?? diff.error}
      retry={() => void newest.refetch()}
      onMerge={() => theirs && onMerge(theirs)}
      onClose={onClose}
    >
      {diff.data && theirs && (
        <div className="editor-conflict">
          <ChangeList changes={diff.data.changes} before={before} after={theirs.journey} />
        </div>
      )}
    </Conflict>
  );
}
