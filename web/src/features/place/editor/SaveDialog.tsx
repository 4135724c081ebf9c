// Saves the site's draft.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { OF_SITES, saveSite, siteQuery } from "../../../api/places";
import type { Fault, Site, SiteVersion } from "../../../api/types";
import { useActor } from "../../../ui/actor";
import { sentence } from "../../../ui/language";
import { Conflict, SaveDialog as Saving } from "../../../ui/draft/SaveDialog";
import { useFormat } from "../../../ui/format";

interface Props {
  workspace: string;
  draft: Site;
  /** The version the draft was made from. */
  base: number;
  /** How a fault is told. */
  words: (fault: Fault) => string;
  onSaved: (version: number) => void;
  onFaults: (faults: readonly Fault[]) => void;
  onGo: (fault: Fault) => void;
  onMerge: (theirs: SiteVersion) => void;
  onClose: () => void;
}

export function SaveDialog({ workspace, draft, base, words, onSaved, onFaults, onGo, onMerge, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Saving
      title={t("place.editor.saveTitle")}
      how={t("place.editor.saveHow", { next: base + 1 })}
      save={(note) => saveSite(workspace, draft, base, note)}
      follows={OF_SITES}
      told={(fault) => ({ fault, text: words(fault), go: () => onGo(fault) })}
      onFaults={onFaults}
      onSaved={onSaved}
      conflict={<Meanwhile workspace={workspace} site={draft} base={base} onMerge={onMerge} onClose={onClose} />}
      onClose={onClose}
    />
  );
}

interface MeanwhileProps {
  workspace: string;
  site: Site;
  base: number;
  onMerge: (theirs: SiteVersion) => void;
  onClose: () => void;
}

function Meanwhile({ workspace, site, base, onMerge, onClose }: MeanwhileProps) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const newest = useQuery({ ...siteQuery(workspace, site.id, null), staleTime: 0, refetchOnMount: "always" });
  const theirs = newest.data && newest.data.version > base ? newest.data : undefined;
  return (
    <Conflict
      theirs={theirs}
      said={theirs ? t("place.editor.conflict", { version: theirs.version, by: sentence(actor(theirs.by)), when: format.dateTime(theirs.saved_at_us, site.time_zone) }) : ""}
      error={newest.error}
      retry={() => void newest.refetch()}
      onMerge={() => theirs && onMerge(theirs)}
      onClose={onClose}
    />
  );
}
