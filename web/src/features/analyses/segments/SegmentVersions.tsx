// The versions of a segment: who saved each, when and why, how many its rules find today, and going back to one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { saveSegment, segmentQuery, segmentVersionsQuery, sizeQuery } from "../../../api/segments";
import type { Segment, SegmentVersion, VersionInfo, WorkspaceInfo } from "../../../api/types";
import { useCount } from "../../../ui/count";
import { Drawer } from "../../../ui/Drawer";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { SavedVersion } from "../../../ui/SavedVersion";

interface Props {
  workspace: WorkspaceInfo;
  newest: SegmentVersion;
  onClose: () => void;
}

export function SegmentVersions({ workspace, newest, onClose }: Props) {
  const { t } = useTranslation();
  const list = useQuery({ ...segmentVersionsQuery(workspace.id, newest.segment.id), staleTime: 0 });
  return (
    <Drawer title={t("segments.versions")} onClose={onClose}>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <div className="skeleton" aria-hidden />}
      <ol className="saved-versions">
        {(list.data?.versions ?? []).map((info) => (
          <Item key={info.version} workspace={workspace} newest={newest} info={info} onRestored={onClose} />
        ))}
      </ol>
    </Drawer>
  );
}

function Item({ workspace, newest, info, onRestored }: { workspace: WorkspaceInfo; newest: SegmentVersion; info: VersionInfo; onRestored: () => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const count = useCount();
  const client = useQueryClient();
  const { id } = newest.segment;
  const segment = useQuery(segmentQuery(workspace.id, id, info.version)).data?.segment;
  // Under another key: the segment's own name would mean its newest version.
  const shown: Segment | undefined = segment && { ...segment, id: `${id}-v${info.version}` };
  const sized = useQuery({ ...sizeQuery(workspace.id, shown ? [shown] : []), enabled: shown !== undefined, placeholderData: undefined, retry: false });
  const [size] = sized.data?.segments ?? [];
  const restore = useMutation({
    mutationFn: (old: Segment) => saveSegment(workspace.id, old, newest.version, t("segments.restoredFrom", { n: info.version })),
    onSuccess: async () => {
      await Promise.all(["segments", "segment", "segment-versions", "size", "analysis", "compare", "map"].map((kind) => client.invalidateQueries({ queryKey: [kind] })));
      onRestored();
    },
  });
  return (
    <SavedVersion
      name={t("scope.versionN", { n: info.version })}
      now={info.version === newest.version ? t("scope.newest") : null}
      info={info}
      zone={workspace.zone}
      to="save_segments"
      restore={{ ...restore, mutate: () => segment && restore.mutate(segment), waits: segment === undefined }}
    >
      {segment && <p>{localized(segment.name)}</p>}
      {size && (
        <>
          <p className="sub">{localized(size.definition)}</p>
          <p className="sub">{t("segments.today", { customers: count("customers", size.members.customers) })}</p>
        </>
      )}
    </SavedVersion>
  );
}
