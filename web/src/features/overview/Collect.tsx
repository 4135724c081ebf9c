// What comes in: how much, from where, what was refused, and what the data dictionary finds fault with.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { dictionaryQuery } from "../../api/dictionary";
import { importsQuery } from "../../api/imports";
import { sourcesQuery } from "../../api/sources";
import type { DictionaryAnswer, ImportInfo, Source, WorkspaceInfo } from "../../api/types";
import { Sparkline } from "../../charts/DayBars";
import { NOTHING, useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { useSparkText } from "../../ui/spark";
import { lastImport, sourceState, toLookAt } from "./collect";
import { Part, Stat, Step } from "./Step";
import { useRecent } from "./useRecent";

/** Sources named before the rest is counted. */
const NAMED_MAX = 4;

export function Collect({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const sources = useQuery(sourcesQuery(workspace.id));
  const imports = useQuery(importsQuery(workspace.id));
  const dictionary = dictionaryQuery(workspace.id);
  const judged = useQuery({ ...dictionary, enabled: workspace.events !== 0 });
  const watches = useMay(workspace.id)("see_customers");
  return (
    <Step step="collect">
      {watches && <LiveCount workspace={workspace.id} />}
      {workspace.events !== 0 && (
        <Part asked={judged} slow={dictionary.queryKey}>
          {(answer) => <Days workspace={workspace} answer={answer} />}
        </Part>
      )}
      <Part asked={sources}>{({ sources: all }) => <Sources workspace={workspace} sources={all} />}</Part>
      <Part asked={imports}>{({ imports: all }) => <LastImport workspace={workspace} run={lastImport(all)} />}</Part>
      {workspace.events === 0 && <p>{t("overview.noEvents")}</p>}
    </Step>
  );
}

function LiveCount({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const spark = useSparkText();
  const arriving = useRecent(workspace);
  const events = `${arriving?.more ? "≥ " : ""}${format.whole(arriving?.events ?? 0)}`;
  return (
    <p className="overview-live">
      <Link to="/w/$workspace/live" params={{ workspace }} search={{}}>
        {t("overview.live")}
      </Link>
      {arriving === null ? (
        <span className="sub">{t("overview.liveConnecting")}</span>
      ) : (
        <>
          <span>{t("overview.liveCount", { events, rejections: format.whole(arriving.rejections) })}</span>
          {arriving.events > 0 && <Sparkline values={arriving.values} label={spark("slices", arriving.values)} />}
          {arriving.lost && <span className="sub">{t("overview.liveLost")}</span>}
        </>
      )}
    </p>
  );
}

/** The last day that has events, beside the days before it; and the findings. */
function Days({ workspace, answer }: { workspace: WorkspaceInfo; answer: DictionaryAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const spark = useSparkText();
  const days = answer.days.map((_, index) => answer.names.reduce((sum, name) => sum + (name.days[index] ?? 0), 0));
  const last = answer.days.at(-1);
  const findings = answer.findings.length;
  return (
    <dl className="overview-stats">
      <Stat name={t("overview.events")} note={workspace.last_us == null ? undefined : t("overview.until", { when: format.dateTime(workspace.last_us, workspace.zone) })}>
        <Link to="/w/$workspace/dictionary" params={{ workspace: workspace.id }} search={{}}>
          {format.count(answer.events)}
        </Link>
      </Stat>
      {last !== undefined && (
        <Stat name={t("overview.lastDay", { day: format.day(last) })} note={<Sparkline values={days} label={spark("days", days)} />}>
          {format.whole(days.at(-1) ?? 0)}
        </Stat>
      )}
      <Stat name={t("overview.findings")} bad={findings > 0} note={findings === 0 ? t("overview.findingsNone") : t("overview.findingsWhat")}>
        <Link to="/w/$workspace/dictionary" params={{ workspace: workspace.id }} search={{ show: "quality" }}>
          {format.whole(findings)}
        </Link>
      </Stat>
    </dl>
  );
}

function Sources({ workspace, sources }: { workspace: WorkspaceInfo; sources: readonly Source[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sees = useMay(workspace.id)("see_customers");
  const params = { workspace: workspace.id };
  if (sources.length === 0) {
    return (
      <p>
        {t("overview.noSources")}{" "}
        <Link to="/w/$workspace/sources" params={params}>
          {t("overview.connect")}
        </Link>
      </p>
    );
  }
  const count = (state: "sending" | "silent" | "waiting") => sources.filter((source) => sourceState(source) === state).length;
  const rejected = sources.reduce((sum, source) => sum + source.rejected, 0);
  const look = toLookAt(sources);
  return (
    <>
      <dl className="overview-stats">
        <Stat name={t("overview.sources")} note={t("overview.sending", { n: format.whole(count("sending")) })}>
          <Link to="/w/$workspace/sources" params={params}>
            {format.whole(sources.length)}
          </Link>
        </Stat>
        <Stat name={t("source.silent")} bad={count("silent") > 0}>
          {format.whole(count("silent"))}
        </Stat>
        <Stat name={t("overview.neverSent")} bad={count("waiting") > 0}>
          {format.whole(count("waiting"))}
        </Stat>
        <Stat name={t("overview.rejected")} bad={rejected > 0}>
          {sees ? (
            <Link to="/w/$workspace/rejections" params={params} search={{}}>
              {format.whole(rejected)}
            </Link>
          ) : (
            format.whole(rejected)
          )}
        </Stat>
      </dl>
      {look.length > 0 && (
        <ul className="overview-list" aria-label={t("overview.toLookAt")}>
          {look.slice(0, NAMED_MAX).map((source) => (
            <li key={source.id}>
              <Link to="/w/$workspace/sources/$source" params={{ ...params, source: source.id }} search={{}}>
                {source.name}
              </Link>
              <span className="badge badge-bad">
                <span aria-hidden>!</span>
                {t(sourceState(source) === "silent" ? "source.silent" : "overview.neverSent")}
              </span>
              {source.last_us != null && <span className="sub">{t("overview.since", { when: format.dateTime(source.last_us, workspace.zone) })}</span>}
            </li>
          ))}
          {look.length > NAMED_MAX && (
            <li className="sub">
              <Link to="/w/$workspace/sources" params={params}>
                {t("overview.andMore", { n: format.whole(look.length - NAMED_MAX) })}
              </Link>
            </li>
          )}
        </ul>
      )}
    </>
  );
}

function LastImport({ workspace, run }: { workspace: WorkspaceInfo; run: ImportInfo | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!run) return null;
  return (
    <p className="overview-line">
      <span className="sub">{t("overview.lastImport")}</span>{" "}
      <Link to="/w/$workspace/sources" params={{ workspace: workspace.id }}>
        {run.file}
      </Link>{" "}
      <span className={run.state === "complete" ? "badge badge-accent" : "badge badge-bad"}>
        <span aria-hidden>{run.state === "complete" ? "✓" : "!"}</span>
        {t(`imports.${run.state}`)}
      </span>{" "}
      <span className="sub">
        {t("overview.importCame", { events: format.whole(run.events), rejected: format.whole(run.rejected), when: run.finished_us == null ? NOTHING : format.dateTime(run.finished_us, workspace.zone) })}
      </span>
    </p>
  );
}
