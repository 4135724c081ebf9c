// The versions of the traffic rules: who saved each, when and why, and going back to one. The standard rules are always there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { saveTraffic, trafficQuery, trafficVersionsQuery } from "../../api/traffic";
import type { TrafficRules, VersionInfo, WorkspaceInfo } from "../../api/types";
import { Drawer } from "../../ui/Drawer";
import { Failure } from "../../ui/States";
import { SavedVersion } from "../../ui/SavedVersion";

interface Props {
  workspace: WorkspaceInfo;
  current: TrafficRules;
  onClose: () => void;
}

export function TrafficVersions({ workspace, current, onClose }: Props) {
  const { t } = useTranslation();
  const list = useQuery({ ...trafficVersionsQuery(workspace.id), staleTime: 0 });
  return (
    <Drawer title={t("traffic.versions")} onClose={onClose}>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <div className="skeleton" aria-hidden />}
      <ol className="saved-versions">
        {list.data && [...list.data.versions, null].map((info) => <Item key={info?.version ?? 0} workspace={workspace} current={current} info={info} onRestored={onClose} />)}
      </ol>
    </Drawer>
  );
}

/** `info` null: the standard rules. */
function Item({ workspace, current, info, onRestored }: { workspace: WorkspaceInfo; current: TrafficRules; info: VersionInfo | null; onRestored: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const version = info?.version ?? 0;
  const name = info ? t("scope.versionN", { n: version }) : t("traffic.standard");
  const restore = useMutation({
    mutationFn: async () => {
      const old = await client.fetchQuery(trafficQuery(workspace.id, version));
      return saveTraffic(workspace.id, old.rules, current.version, t("traffic.restoredFrom", { name }));
    },
    onSuccess: async () => {
      await client.invalidateQueries();
      onRestored();
    },
  });
  return <SavedVersion name={name} now={version === current.version ? t("traffic.now") : null} info={info} zone={workspace.zone} to="change_traffic" restore={{ ...restore, mutate: () => restore.mutate() }} />;
}
