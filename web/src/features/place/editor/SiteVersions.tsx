// The versions of a site: who saved each, when and why, and going back to one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { OF_SITES, saveSite, siteQuery, siteVersionsQuery } from "../../../api/places";
import type { VersionInfo, WorkspaceInfo } from "../../../api/types";
import { Drawer } from "../../../ui/Drawer";
import { SavedVersion } from "../../../ui/SavedVersion";
import { Failure } from "../../../ui/States";

interface Props {
  workspace: WorkspaceInfo;
  site: string;
  onRestored: () => void;
  onClose: () => void;
}

export function SiteVersions({ workspace, site, onRestored, onClose }: Props) {
  const { t } = useTranslation();
  const list = useQuery({ ...siteVersionsQuery(workspace.id, site), staleTime: 0 });
  const newest = list.data?.versions[0]?.version ?? 0;
  return (
    <Drawer title={t("place.editor.versions")} onClose={onClose}>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <div className="skeleton" aria-hidden />}
      <ol className="saved-versions">
        {list.data?.versions.map((info) => (
          <Item key={info.version} workspace={workspace} site={site} newest={newest} info={info} onRestored={onRestored} />
        ))}
      </ol>
    </Drawer>
  );
}

interface ItemProps {
  workspace: WorkspaceInfo;
  site: string;
  newest: number;
  info: VersionInfo;
  onRestored: () => void;
}

function Item({ workspace, site, newest, info, onRestored }: ItemProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = t("scope.versionN", { n: info.version });
  const restore = useMutation({
    mutationFn: async () => {
      const old = await client.fetchQuery(siteQuery(workspace.id, site, info.version));
      return saveSite(workspace.id, old.site, newest, t("place.editor.restoredFrom", { name }));
    },
    onSuccess: async () => {
      await Promise.all(OF_SITES.map((key) => client.invalidateQueries({ queryKey: [key] })));
      onRestored();
    },
  });
  return <SavedVersion name={name} now={info.version === newest ? t("traffic.now") : null} info={info} zone={workspace.zone} to="change_journeys" restore={{ ...restore, mutate: () => restore.mutate() }} />;
}
