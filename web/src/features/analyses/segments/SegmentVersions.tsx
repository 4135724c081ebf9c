// The versions of a segment: who saved each, when and why, how many its rules find today, and going back to one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { saveSegment, segmentQuery, segmentVersionsQuery, sizeQuery } from "../../../api/segments";
import type { Segment, SegmentVersion, VersionInfo, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { Button } from "../../../ui/Controls";
import { useCount } from "../../../ui/count";
import { Drawer } from "../../../ui/Drawer";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";

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
      <ol className="segment-versions">
        {(list.data?.versions ?? []).map((info) => (
          <Item key={info.version} workspace={workspace} newest={newest} info={info} onRestored={onClose} />
        ))}
      </ol>
    </Drawer>
  );
}

function Item({ workspace, newest, info, onRestored }: { workspace: WorkspaceInfo; newest: SegmentVersion; info: VersionInfo; onRestored: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
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
    <li>
      <p>
        <strong>{t("scope.versionN", { n: info.version })}</strong> {info.version === newest.version && <span className="badge badge-accent">{t("scope.newest")}</span>}
      </p>
      <p className="sub">
        {format.dateTime(info.saved_at_us, workspace.zone)} · {info.by}
      </p>
      {info.note && <p className="history-note">{info.note}</p>}
      {segment && <p>{localized(segment.name)}</p>}
      {size && (
        <>
          <p className="sub">{localized(size.definition)}</p>
          <p className="sub">{t("segments.today", { customers: count("customers", size.members.customers) })}</p>
        </>
      )}
      {restore.error && <Failure error={restore.error} />}
      {segment && info.version !== newest.version && (
        <Allowed to="save_segments">
          <Button isDisabled={restore.isPending} onPress={() => restore.mutate(segment)}>
            {t("segments.restore")}
          </Button>
        </Allowed>
      )}
    </li>
  );
}
