// One segment: how many it has and how that went, who is in it in words, its versions, and what can be done with it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { History as HistoryIcon, Pencil, Trash2 } from "lucide-react";
import { use, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Trans, useTranslation } from "react-i18next";

import { journeysQuery, workspacesQuery } from "../../../api/queries";
import { saveSegment, segmentQuery, segmentsQuery, sizeQuery } from "../../../api/segments";
import type { SegmentVersion, SegmentsAnswer, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { Button, Segmented } from "../../../ui/Controls";
import { ExplainContext } from "../../../ui/explain";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { SampleBadge } from "../../../ui/SampleBadge";
import { CopyButton, Failure, Progress } from "../../../ui/States";
import { usePageTitle } from "../../../ui/title";
import { offerUndo } from "../../../ui/undoable";
import { ExplainButtons } from "../../../ui/ExplainButtons";
import { AnswerProvider } from "../answer";
import { Said } from "../../../ui/answer/figure";
import { AnswerTables } from "../../../ui/answer/AnswerTables";
import { ExportMenu } from "../../../ui/answer/ExportMenu";
import { useMeeting } from "../meeting";
import { intervalOf } from "../interval";
import { useShareText } from "../Sentence";
import { useSegmentsTables } from "../segmentsTables";
import { KINDS, addressForm, defaultView } from "../view";
import type { AskedView } from "../view";
import { DeleteSegment } from "./DeleteSegment";
import { SegmentForm } from "./SegmentForm";
import { Crumbs } from "./SegmentsPage";
import { SegmentTrend } from "./SegmentTrend";
import { SegmentVersions } from "./SegmentVersions";
import { useSizeInfo } from "./Size";
import "../analyses.css";
import "../../../charts/charts.css";
import "./segments.css";

const TREND_DAYS = 90;

export function SegmentPage() {
  const { t } = useTranslation();
  const { workspace: id, segment: key } = useParams({ from: "/w/$workspace/segments/$segment" });
  const { edit } = useSearch({ from: "/w/$workspace/segments/$segment" });
  const navigate = useNavigate();
  const localized = useLocalized();
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(segmentQuery(id, key, null));
  const taken = useQuery(segmentsQuery(id)).data?.segments ?? [];
  const name = localized(stored.data?.segment.name) || key;
  usePageTitle(name);
  if (!workspace) return null;
  const go = (search: { edit?: string }) => void navigate({ to: "/w/$workspace/segments/$segment", params: { workspace: id, segment: key }, search });
  return (
    <div className="page">
      {stored.error && (
        <>
          <h1>{key}</h1>
          <Failure error={stored.error} retry={() => void stored.refetch()} />
        </>
      )}
      {stored.data && edit !== undefined && (
        <>
          <header className="page-head">
            <div>
              <Crumbs workspace={id} />
              <h1>{t("segments.editing", { name })}</h1>
            </div>
          </header>
          <Allowed to="save_segments" said>
            <SegmentForm key={stored.data.version} workspace={workspace} from={stored.data} taken={taken.map(({ segment }) => segment.id)} onSaved={() => go({})} onCancel={() => go({})} />
          </Allowed>
        </>
      )}
      {stored.data && edit === undefined && <Shown workspace={workspace} stored={stored.data} name={name} onEdit={() => go({ edit: "1" })} />}
    </div>
  );
}

function Shown({ workspace, stored, name, onEdit }: { workspace: WorkspaceInfo; stored: SegmentVersion; name: string; onEdit: () => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const format = useFormat();
  const open = use(ExplainContext);
  const navigate = useNavigate();
  const client = useQueryClient();
  const sizeInfo = useSizeInfo();
  const [panel, setPanel] = useState<"versions" | "delete" | null>(null);
  const [show, setShow] = useState<"chart" | "table">("chart");
  const drawing = useRef<HTMLDivElement>(null);
  const { segment, version } = stored;
  const options = sizeQuery(workspace.id, [segment.id], TREND_DAYS);
  const asked = useQuery({ ...options, placeholderData: undefined });
  const answer = asked.data;
  const [size] = answer?.segments ?? [];
  const tables = useSegmentsTables(() => name, undefined);
  const explain = (opensAt: "meaning" | "customers") => {
    if (!size || !answer) return;
    open({ ...sizeInfo(size), title: name, value: format.whole(size.members.customers), question: answer.meta.question, meta: answer.meta, opensAt });
  };
  const rows = answer ? tables(answer) : [];
  const meeting = useMeeting(workspace);
  return (
    <>
      <header className="page-head">
        <div>
          <Crumbs workspace={workspace.id} />
          <h1>{name}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">
            {segment.description != null && `${localized(segment.description)} · `}
            <code>{segment.id}</code> · {t("scope.versionN", { n: version })} · {format.dateTime(stored.saved_at_us, workspace.zone)}
          </p>
        </div>
        <div className="page-actions">
          {size && <ExplainButtons explain={explain} />}
          <UseIn workspace={workspace.id} segment={segment.id} />
          {answer && (
            <Allowed to="export">
              <ExportMenu name={`${workspace.id}-${segment.id}`} answer={answer} tables={() => rows} meeting={meeting(answer.meta, name)} picture={show === "chart" ? () => drawing.current?.querySelector("svg.picture") ?? null : null} />
            </Allowed>
          )}
          <CopyButton text={`${location.origin}/w/${workspace.id}/segments/${segment.id}`} label={t("link.copy")} />
          <Button onPress={() => setPanel("versions")} aria-haspopup="dialog">
            <HistoryIcon size={14} aria-hidden />
            {t("versions.open")}
          </Button>
          <Allowed to="save_segments">
            <Button onPress={() => setPanel("delete")} aria-haspopup="dialog">
              <Trash2 size={14} aria-hidden />
              {t("segments.delete")}
            </Button>
            <Button look="primary" onPress={onEdit}>
              <Pencil size={14} aria-hidden />
              {t("segments.edit")}
            </Button>
          </Allowed>
        </div>
      </header>
      {asked.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {!answer && asked.isFetching && <div className="skeleton analysis-skeleton" aria-hidden />}
      {answer && size && (
        <AnswerProvider value={{ meta: answer.meta }}>
          <div className="analysis-body">
            <div className="analysis-said">
              <p className="finding">
                <Sentence answer={answer} name={name} />
              </p>
              <Segmented label={t("show.label")} value={show} choices={(["chart", "table"] as const).map((id) => ({ id, label: t(`show.${id}`) }))} onChange={setShow} />
            </div>
            {show === "table" ? (
              <AnswerTables tables={rows} />
            ) : (
              <div ref={drawing}>
                <SegmentTrend answer={answer} label={() => name} />
              </div>
            )}
            <section className="card segment-definition" aria-labelledby="definition-title">
              <header className="section-head">
                <h2 id="definition-title">{t("who.title")}</h2>
                <CopyButton text={JSON.stringify(segment, null, 2)} label={t("segments.copyDefinition")} />
              </header>
              <p>{localized(size.definition)}</p>
            </section>
          </div>
        </AnswerProvider>
      )}
      {panel === "versions" && <SegmentVersions workspace={workspace} newest={stored} onClose={() => setPanel(null)} />}
      {panel === "delete" && (
        <DeleteSegment
          workspace={workspace.id}
          segment={segment.id}
          name={name}
          onClose={() => setPanel(null)}
          onDeleted={() => {
            const listed = () => client.invalidateQueries({ queryKey: ["segments", workspace.id] });
            const undo = async () => {
              await saveSegment(workspace.id, segment, 0, "");
              client.removeQueries({ queryKey: ["segment", workspace.id, segment.id] });
              await listed();
            };
            offerUndo({ workspace: workspace.id, list: "segments", text: t("segments.deleted", { name }), undo, undone: t("segments.restored", { name }) });
            void listed();
            void navigate({ to: "/w/$workspace/segments", params: { workspace: workspace.id } });
          }}
        />
      )}
    </>
  );
}

function Sentence({ answer, name }: { answer: SegmentsAnswer; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useSizeInfo();
  const [size] = answer.segments;
  if (!size) return null;
  const interval = intervalOf(size.share);
  const n = format.whole(size.members.customers);
  const [first] = answer.trend;
  const by = first && answer.trend.length > 1 ? size.members.customers - (first.members[0]?.customers ?? 0) : null;
  return (
    <>
      <Trans
        i18nKey="overlap.one"
        values={{ name, n, all: format.whole(answer.population.customers), share: share.share(interval), interval: share.interval(interval) }}
        components={{ name: <strong />, count: <Said info={info(size)} text={n} />, b: <span className="nowrap" /> }}
      />{" "}
      {by !== null && first && t(by === 0 ? "overlap.steady" : by > 0 ? "overlap.grew" : "overlap.shrank", { day: format.day(first.day), by: format.whole(Math.abs(by)) })}
    </>
  );
}

/** Analyses and maps of the members alone. */
function UseIn({ workspace, segment }: { workspace: string; segment: string }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const of = { by: "segment", segment } as const;
  const analyses = KINDS.filter((kind): kind is AskedView["kind"] => kind !== "sql" && kind !== "segments");
  const go = (key: string) => {
    const kind = analyses.find((each) => each === key);
    if (kind) {
      const view = addressForm({ ...defaultView(kind), of });
      return void navigate({ to: "/w/$workspace/analyses/$analysis", params: { workspace, analysis: kind }, search: view === undefined ? {} : { view } });
    }
    void navigate({ to: "/w/$workspace/journeys/$journey", params: { workspace, journey: key.replace(/^map:/, "") }, search: { view: JSON.stringify({ of, v: 1 }) } });
  };
  return (
    <MenuTrigger>
      <Button>{t("segments.useIn")}</Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Menu className="menu" aria-label={t("segments.useIn")} onAction={(key) => go(String(key))}>
          {journeys.map((journey) => (
            <MenuItem key={journey.id} id={`map:${journey.id}`} className="option">
              {t("segments.onMap", { name: localized(journey.name) })}
            </MenuItem>
          ))}
          {analyses.map((kind) => (
            <MenuItem key={kind} id={kind} className="option">
              {t(`analysis.${kind}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
