// What is wrong with what comes in: by which rule, how many, since when, and the way to what is behind it.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { QualityFinding } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { NOTHING, useFormat } from "../../ui/format";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { useWords } from "./words";

interface Props {
  workspace: string;
  zone: string;
  findings: readonly QualityFinding[];
  /** Whether all are of one event, which need not be named then. */
  ofEvent?: boolean;
}

export function Findings({ workspace, zone, findings, ofEvent = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  if (findings.length === 0) {
    return (
      <section className="card">
        <Empty title={t("quality.none")}>
          <p>{t("quality.noneWhat")}</p>
        </Empty>
      </section>
    );
  }
  const moment = (us: number | null | undefined) => (us == null ? NOTHING : format.dateTime(us, zone));
  return (
    <section className="card" aria-labelledby="findings-title">
      <header className="section-head">
        <h2 id="findings-title">{t("quality.title")}</h2>
      </header>
      <TableScroll labelledBy="findings-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("quality.rule")}</th>
              <th scope="col">{t("quality.about")}</th>
              <th scope="col">{t("quality.what")}</th>
              <th scope="col">{t("quality.first")}</th>
              <th scope="col">{t("quality.last")}</th>
              <th scope="col">{t("quality.behind")}</th>
            </tr>
          </thead>
          <tbody>
            {findings.map((finding) => (
              <tr key={[finding.rule, finding.source, finding.event, finding.property, finding.code, finding.found].join("\u0001")}>
                <th scope="row">{t(`quality.rule.${finding.rule}`)}</th>
                <td>
                  <About workspace={workspace} finding={finding} ofEvent={ofEvent} />
                </td>
                <td className="dictionary-text">{words.found(finding)}</td>
                <td className="moment">{moment(finding.first_us)}</td>
                <td className="moment">{moment(finding.last_us)}</td>
                <td>
                  <Behind workspace={workspace} finding={finding} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function About({ workspace, finding, ofEvent }: { workspace: string; finding: QualityFinding; ofEvent: boolean }) {
  const { source, event, property } = finding;
  return (
    <>
      {source != null && <code>{source}</code>}
      {event != null && !ofEvent && (
        <Link to="/w/$workspace/dictionary/$event" params={{ workspace, event }}>
          {event}
        </Link>
      )}
      {property != null && <code className="dictionary-of">{property}</code>}
    </>
  );
}

/** To the events, or to the messages that could not become events. */
function Behind({ workspace, finding }: { workspace: string; finding: QualityFinding }) {
  const { t } = useTranslation();
  if (finding.rule === "rejected" && finding.source != null) {
    return (
      <Allowed to="see_customers">
        <Link to="/w/$workspace/rejections" params={{ workspace }} search={{ source: finding.source, ...(finding.code == null ? {} : { code: finding.code }) }}>
          {t("quality.toRejections")}
        </Link>
      </Allowed>
    );
  }
  if (finding.sql == null) return NOTHING;
  return (
    <Allowed to="ask_sql">
      <Link to="/w/$workspace/analyses/$analysis" params={{ workspace, analysis: "sql" }} search={{ view: JSON.stringify({ v: 1, cells: [finding.sql] }) }}>
        {t("quality.toEvents")}
      </Link>
    </Allowed>
  );
}
