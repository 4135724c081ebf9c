// One live source: what came of it, its keys, and how its senders are set up.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, Radio, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import { deleteSource, sourcesQuery } from "../../api/sources";
import type { NewKey, Source } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { Keys } from "./Keys";
import { RejectedCount, SourceState } from "./LiveSources";
import { Refused } from "./Refused";
import { SetUp } from "./SetUp";
import { SourceForm } from "./SourceForm";
import "./sources.css";

export function SourcePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { workspace: id, source: key } = useParams({ from: "/w/$workspace/sources/$source" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const list = useQuery(sourcesQuery(id));
  const source = list.data?.sources.find((other) => other.id === key);
  const [panel, setPanel] = useState<"edit" | "delete" | null>(null);
  /** A secret is shown once, and stands in the set-up as long as the page does. */
  const [fresh, setFresh] = useState<NewKey | null>(null);
  const remove = useMutation({
    mutationFn: () => deleteSource(id, key),
    onSuccess: async () => {
      await navigate({ to: "/w/$workspace/sources", params: { workspace: id } });
      await client.invalidateQueries({ queryKey: ["sources", id] });
    },
  });
  const name = source?.name ?? key;
  const zone = workspace?.zone ?? "UTC";
  usePageTitle(name);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <nav className="crumbs" aria-label={t("common.breadcrumb")}>
            <Link to="/w/$workspace/sources" params={{ workspace: id }}>
              {t("nav.sources")}
            </Link>
          </nav>
          <h1>{name}</h1>
        </div>
        {source && (
          <div className="page-actions">
            <Allowed to="see_customers">
              <Link className="button" to="/w/$workspace/live" params={{ workspace: id }} search={{ source: key }}>
                <Radio size={14} aria-hidden />
                {t("nav.live")}
              </Link>
            </Allowed>
            <Allowed to="manage_sources">
              <Button onPress={() => setPanel("delete")} aria-haspopup="dialog">
                <Trash2 size={14} aria-hidden />
                {t("source.delete")}
              </Button>
              <Button onPress={() => setPanel("edit")} aria-haspopup="dialog">
                <Pencil size={14} aria-hidden />
                {t("source.edit")}
              </Button>
            </Allowed>
          </div>
        )}
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && !source && (
        <Empty title={t("source.unknown", { id: key })}>
          <Link to="/w/$workspace/sources" params={{ workspace: id }}>
            {t("nav.sources")}
          </Link>
        </Empty>
      )}
      {source && (
        <>
          <Facts workspace={id} zone={zone} source={source} />
          <Keys workspace={id} zone={zone} source={source} fresh={fresh} onFresh={setFresh} />
          <Refused zone={zone} source={source} />
          <SetUp workspace={id} source={source} fresh={fresh} onFresh={setFresh} />
        </>
      )}
      {panel === "edit" && source && (
        <SourceForm workspace={id} from={source} taken={[]} channels={workspace?.channels ?? []} onClose={() => setPanel(null)} onSaved={() => undefined} />
      )}
      {panel === "delete" && (
        <Ask title={t("source.deleteAsk", { name })} action={t("source.deleteDo")} run={{ ...remove, mutate: () => remove.mutate() }} onClose={() => setPanel(null)}>
          <p>{t("source.deleteWhat")}</p>
        </Ask>
      )}
    </div>
  );
}

function Facts({ workspace, zone, source }: { workspace: string; zone: string; source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <dl className="facts card">
      <div>
        <dt>{t("source.state")}</dt>
        <dd>
          <SourceState source={source} />
        </dd>
      </div>
      <div>
        <dt>{t("source.events")}</dt>
        <dd>{format.whole(source.events)}</dd>
      </div>
      <div>
        <dt>{t("source.rejected")}</dt>
        <dd>
          <RejectedCount workspace={workspace} source={source} />
        </dd>
      </div>
      <div>
        <dt>{t("source.last")}</dt>
        <dd>{source.last_us == null ? NOTHING : format.dateTime(source.last_us, zone)}</dd>
      </div>
      <div>
        <dt>{t("silence.after")}</dt>
        <dd>{source.silent_after_seconds == null ? t("silence.unknown") : format.duration(source.silent_after_seconds)}</dd>
      </div>
      <div>
        <dt>{t("source.channel")}</dt>
        <dd>{channelName(source.channel)}</dd>
      </div>
      <div>
        <dt>{t("source.id")}</dt>
        <dd>
          <code>{source.id}</code>
        </dd>
      </div>
      <div className="facts-wide">
        <dt>{t("source.origins")}</dt>
        <dd className="badges">
          {source.origins.length === 0
            ? t("source.originsAll")
            : source.origins.map((origin) => (
                <code key={origin} className="badge">
                  {origin}
                </code>
              ))}
        </dd>
      </div>
    </dl>
  );
}
