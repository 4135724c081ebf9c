// The data dictionary of a workspace: its events, its properties, and what is wrong with what comes in.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { dictionaryQuery } from "../../api/dictionary";
import type { DictionaryAnswer } from "../../api/types";
import { Button, Segmented } from "../../ui/Controls";
import { saveCsv } from "../../ui/download";
import { useFormat } from "../../ui/format";
import { Empty, Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { EventTable } from "./EventTable";
import { Findings } from "./Findings";
import { SHOWS, found, showOf } from "./list";
import { PropertyTable } from "./PropertyTable";
import { Silences } from "./Silences";
import { eventLines, findingLines, propertyLines } from "./files";
import "../../charts/charts.css";
import "./dictionary.css";

export function DictionaryPage() {
  const { t } = useTranslation();
  const { workspace } = useParams({ from: "/w/$workspace/dictionary" });
  const query = dictionaryQuery(workspace);
  const answer = useQuery(query);
  const empty = answer.error instanceof ApiError && answer.error.code === "workspace_empty";
  usePageTitle(t("nav.dictionary"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.dictionary")}</h1>
          <p className="page-note">{t("dictionary.note")}</p>
        </div>
      </header>
      {answer.isPending && <Progress queryKey={query.queryKey} />}
      {answer.error && !empty && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {(empty || answer.data?.names.length === 0) && (
        <Empty title={t("dictionary.empty")}>
          <p>{t("dictionary.emptyHow")}</p>
          <Link className="button" to="/w/$workspace/sources" params={{ workspace }}>
            {t("dictionary.toSources")}
          </Link>
        </Empty>
      )}
      {answer.data && answer.data.names.length > 0 && <Parts workspace={workspace} answer={answer.data} />}
    </div>
  );
}

function Parts({ workspace, answer }: { workspace: string; answer: DictionaryAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/w/$workspace/dictionary" });
  const show = showOf(search.show);
  const [typed, setTyped] = useState(search.find ?? "");
  const go = (next: { show?: string; find?: string }) => {
    const { show: part = show, find = typed } = next;
    void navigate({ to: "/w/$workspace/dictionary", params: { workspace }, search: { ...(part === "events" ? {} : { show: part }), ...(find === "" ? {} : { find }) }, replace: true });
  };
  const events = found(answer.names, typed);
  const properties = found(answer.properties, typed);
  const findings = answer.findings.length;
  const lines = { events: () => eventLines(events), properties: () => propertyLines(properties), quality: () => findingLines(answer.findings) };
  return (
    <>
      <div className="scope dictionary-scope">
        <Segmented
          label={t("dictionary.show")}
          value={show}
          choices={SHOWS.map((id) => ({ id, label: id === "quality" && findings > 0 ? t("dictionary.show.qualityOf", { n: format.whole(findings) }) : t(`dictionary.show.${id}`) }))}
          onChange={(part) => go({ show: part })}
        />
        {show !== "quality" && (
          <label className="dictionary-find">
            <span className="visually-hidden">{t("dictionary.find")}</span>
            <input
              className="input"
              type="search"
              placeholder={t("dictionary.find")}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                go({ find: event.target.value });
              }}
            />
          </label>
        )}
        <Button onPress={() => saveCsv(`${workspace}-${show}.csv`, lines[show]())}>
          <Download size={14} aria-hidden />
          {t("dictionary.csv")}
        </Button>
      </div>
      {show === "events" && <EventTable workspace={workspace} answer={answer} events={events} />}
      {show === "properties" && <PropertyTable workspace={workspace} zone={answer.zone} properties={properties} />}
      {show === "quality" && (
        <>
          <Findings workspace={workspace} zone={answer.zone} findings={answer.findings} />
          <Silences zone={answer.zone} sources={answer.sources} />
        </>
      )}
    </>
  );
}
