// The versions of the traffic rules: who saved each, when and why, and going back to one. The standard rules are always there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { saveTraffic, trafficQuery, trafficVersionsQuery } from "../../api/traffic";
import type { TrafficRules, VersionInfo, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";

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
      <ol className="traffic-versions">
        {list.data && [...list.data.versions, null].map((info) => <Item key={info?.version ?? 0} workspace={workspace} current={current} info={info} onRestored={onClose} />)}
      </ol>
    </Drawer>
  );
}

/** `info` null: the standard rules. */
function Item({ workspace, current, info, onRestored }: { workspace: WorkspaceInfo; current: TrafficRules; info: VersionInfo | null; onRestored: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
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
  return (
    <li>
      <p>
        <strong>{name}</strong> {version === current.version && <span className="badge badge-accent">{t("traffic.now")}</span>}
      </p>
      {info && (
        <p className="sub">
          {format.dateTime(info.saved_at_us, workspace.zone)} · {info.by}
        </p>
      )}
      {info?.note && <p className="history-note">{info.note}</p>}
      {restore.error && <Failure error={restore.error} />}
      {version !== current.version && (
        <Allowed to="change_rules">
          <Button isDisabled={restore.isPending} aria-label={`${t("segments.restore")}: ${name}`} onPress={() => restore.mutate()}>
            {t("segments.restore")}
          </Button>
        </Allowed>
      )}
    </li>
  );
}
