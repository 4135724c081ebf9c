// The segments of a workspace: who they are, how many now, and when they were last changed.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ChartNoAxesColumn, Grid3x3, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../../api/queries";
import { segmentsQuery, sizeQuery } from "../../../api/segments";
import type { SegmentVersion, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { useActor } from "../../../ui/actor";
import { useFormat } from "../../../ui/format";
import { sentence, useLocalized } from "../../../ui/language";
import { SampleBadge } from "../../../ui/SampleBadge";
import { Empty, Failure } from "../../../ui/States";
import { usePageTitle } from "../../../ui/title";
import { Undo } from "../../../ui/Undo";
import { TableScroll } from "../../../ui/TableScroll";
import { AnswerProvider } from "../answer";
import { Figure } from "../../../ui/answer/figure";
import { addressForm, defaultView } from "../view";
import { SegmentForm } from "./SegmentForm";
import { useSizeInfo } from "./Size";
import "../analyses.css";
import "../../../charts/charts.css";
import "./segments.css";

/** As many as the API takes in one question. */
const TOGETHER_MAX = 5;

export function SegmentsPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/segments" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const list = useQuery(segmentsQuery(id));
  usePageTitle(t("nav.segments"));
  if (!workspace) return null;
  const segments = list.data?.segments ?? [];
  const compared = addressForm({ ...defaultView("segments"), segments: segments.slice(0, TOGETHER_MAX).map(({ segment }) => segment.id) });
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.segments")}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">{t("segments.note")}</p>
        </div>
        <div className="page-actions">
          <Link className="button" to="/w/$workspace/analyses/$analysis" params={{ workspace: id, analysis: "rfm" }} search={{}}>
            <Grid3x3 size={14} aria-hidden />
            {t("analysis.rfm")}
          </Link>
          {segments.length > 1 && (
            <Link className="button" to="/w/$workspace/analyses/$analysis" params={{ workspace: id, analysis: "segments" }} search={compared === undefined ? {} : { view: compared }}>
              <ChartNoAxesColumn size={14} aria-hidden />
              {t("analysis.segments")}
            </Link>
          )}
          <Allowed to="save_segments">
            <Link className="button button-primary" to="/w/$workspace/new-segment" params={{ workspace: id }}>
              <Plus size={14} aria-hidden />
              {t("segments.new")}
            </Link>
          </Allowed>
        </div>
      </header>
      <Undo workspace={id} list="segments" />
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && segments.length === 0 && (
        <Empty title={t("segments.none")}>
          <p>{t("segments.noneHow")}</p>
          <ul className="segment-ideas">
            {(["recent", "lapsed", "channel"] as const).map((idea) => (
              <li key={idea}>{t(`segments.idea.${idea}`)}</li>
            ))}
          </ul>
          <Allowed to="save_segments" said>
            <Link className="button button-primary" to="/w/$workspace/new-segment" params={{ workspace: id }}>
              {t("segments.new")}
            </Link>
          </Allowed>
        </Empty>
      )}
      {segments.length > 0 && (
        <section className="card" aria-label={t("nav.segments")}>
          <TableScroll label={t("nav.segments")}>
            <table className="table segment-list">
              <thead>
                <tr>
                  <th scope="col">{t("segments.name")}</th>
                  <th scope="col" className="numeric">
                    {t("segments.size")}
                  </th>
                  <th scope="col" className="numeric">
                    {t("segments.share")}
                  </th>
                  <th scope="col" className="numeric">
                    {t("segments.version")}
                  </th>
                  <th scope="col">{t("segments.changed")}</th>
                </tr>
              </thead>
              <tbody>
                {segments.map((version) => (
                  <Row key={version.segment.id} workspace={workspace} version={version} />
                ))}
              </tbody>
            </table>
          </TableScroll>
        </section>
      )}
    </div>
  );
}

function Row({ workspace, version: { segment, version, saved_at_us, by, note } }: { workspace: WorkspaceInfo; version: SegmentVersion }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const actor = useActor();
  const info = useSizeInfo();
  // Each its own question: one that takes long, or fails, holds up no other.
  const answer = useQuery({ ...sizeQuery(workspace.id, [segment.id]), placeholderData: undefined, retry: false }).data;
  const [size] = answer?.segments ?? [];
  return (
    <tr>
      <th scope="row">
        <Link to="/w/$workspace/segments/$segment" params={{ workspace: workspace.id, segment: segment.id }} search={{}}>
          {localized(segment.name)}
        </Link>
        <span className="sub segment-key">{segment.id}</span>
        {segment.description != null && <span className="sub segment-about">{localized(segment.description)}</span>}
      </th>
      <td className="numeric">
        {answer && size ? (
          <AnswerProvider value={{ meta: answer.meta }}>
            <Figure info={info(size)} text={format.count(size.members.customers)} full={format.whole(size.members.customers)} />
          </AnswerProvider>
        ) : (
          "…"
        )}
      </td>
      <td className="numeric">{size ? format.percent(size.share.share) : "…"}</td>
      <td className="numeric">{format.whole(version)}</td>
      <td className="moment">
        {format.dateTime(saved_at_us, workspace.zone)}
        <span className="sub segment-by">{[sentence(actor(by)), note].filter(Boolean).join(t("common.comma"))}</span>
      </td>
    </tr>
  );
}

export function Crumbs({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <nav className="crumbs" aria-label={t("common.breadcrumb")}>
      <Link to="/w/$workspace/segments" params={{ workspace }}>
        {t("nav.segments")}
      </Link>
    </nav>
  );
}

/** A new segment, from nothing. */
export function NewSegmentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: id } = useParams({ from: "/w/$workspace/new-segment" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const list = useQuery(segmentsQuery(id));
  usePageTitle(t("segments.new"));
  if (!workspace) return null;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <Crumbs workspace={id} />
          <h1>{t("segments.new")}</h1>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && (
        <Allowed to="save_segments" said>
          <SegmentForm
            workspace={workspace}
            from={null}
            taken={list.data.segments.map(({ segment }) => segment.id)}
            onSaved={(segment) => void navigate({ to: "/w/$workspace/segments/$segment", params: { workspace: id, segment }, search: {} })}
            onCancel={() => void navigate({ to: "/w/$workspace/segments", params: { workspace: id } })}
          />
        </Allowed>
      )}
    </div>
  );
}
