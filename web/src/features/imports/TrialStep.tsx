// The third step: the whole file is read under the mapping, and nothing is written. What would come in, and what would not.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { previewQuery } from "../../api/imports";
import type { ImportPreview, PreviewEvent, UploadInfo, WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { StepTitle } from "../../ui/files/StepTitle";
import { NOTHING, useFormat } from "../../ui/format";
import { identifiersText } from "../../ui/identifiers";
import { Progress } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { ImportFault } from "./ImportFault";
import type { Role } from "./mapping";
import { columnsIn } from "./original";
import { useReasonDetail, useReasonName } from "./reason";
import { useRoleName } from "./roleName";

/** Names that are shown; there may be hundreds. */
const NAMES = 12;

interface Props {
  workspace: WorkspaceInfo;
  upload: UploadInfo;
  mapping: string;
  starting: boolean;
  onBack: () => void;
  onStart: () => void;
}

export function TrialStep({ workspace, upload, mapping, starting, onBack, onStart }: Props) {
  const { t } = useTranslation();
  const query = previewQuery(workspace.id, upload.id, mapping);
  const format = useFormat();
  const { data: preview, error, isFetching, refetch } = useQuery(query);
  return (
    <>
      <div className="wizard-head">
        <StepTitle>{t("importing.trialOf", { name: upload.name })}</StepTitle>
        <span className="sub">{t("importing.trialNote")}</span>
      </div>
      {isFetching ? (
        <>
          <div className="skeleton" role="status" aria-label={t("importing.trying")} />
          <Progress queryKey={query.queryKey} />
        </>
      ) : error ? (
        <ImportFault error={error} retry={() => void refetch()} />
      ) : preview === undefined ? (
        <div className="form-actions">
          <Button onPress={() => void refetch()}>{t("importing.tryAgain")}</Button>
        </div>
      ) : (
        <Outcome preview={preview} workspace={workspace} />
      )}
      <div className="form-actions">
        <Button look="primary" isDisabled={preview === undefined || isFetching || preview.events === 0 || starting} onPress={onStart}>
          {t("importing.start", { n: format.whole(preview?.events ?? 0) })}
        </Button>
        <Button onPress={onBack}>{t("importing.backToColumns")}</Button>
      </div>
    </>
  );
}

/** Of the times of day, those at night from which on the zone is doubted. */
const NIGHT_SHARE = 0.5;

function Outcome({ preview, workspace: { zone, currency } }: { preview: ImportPreview; workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const names = Object.entries(preview.event_names as Record<string, number>).toSorted(([, a], [, b]) => b - a);
  const channels = Object.entries(preview.channels as Record<string, number>).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      <p role="status" className="trial-sum">
        {t("importing.trialSum", { rows: format.whole(preview.rows), events: format.whole(preview.events), rejected: format.whole(preview.rejected), skipped: format.whole(preview.skipped) })}
      </p>
      {preview.events === 0 && <p className="form-fault">{t("importing.nothing")}</p>}
      <TrialDoubts preview={preview} zone={zone} />
      {preview.events > 0 && (
        <dl className="facts trial-facts">
          <div>
            <dt>{t("importing.span")}</dt>
            <dd>
              {format.dateTime(preview.first_us ?? 0, zone)} – {format.dateTime(preview.last_us ?? 0, zone)} ({zone})
            </dd>
          </div>
          {preview.amounts > 0 && (
            <div>
              <dt>{t("importing.role.amount")}</dt>
              <dd>{t("importing.amountSum", { n: format.whole(preview.amounts), sum: format.money(preview.amount_sum, currency) })}</dd>
            </div>
          )}
          <div>
            <dt>{t("sources.channels")}</dt>
            <dd className="badges">
              {channels.slice(0, NAMES).map(([name, count]) => (
                <span key={name} className="badge">
                  {channelName(name)} {format.whole(count)}
                </span>
              ))}
            </dd>
          </div>
          <div className="facts-wide">
            <dt>{t("sources.eventNames", { n: format.whole(names.length) })}</dt>
            <dd className="badges">
              {names.slice(0, NAMES).map(([name, count]) => (
                <span key={name} className="badge">
                  <code>{name}</code> {format.whole(count)}
                </span>
              ))}
            </dd>
          </div>
        </dl>
      )}
      {preview.first_events.length > 0 && <Events events={preview.first_events} zone={zone} />}
      {preview.rejected > 0 && <Rejected preview={preview} />}
      {preview.notes.length > 0 && (
        <details>
          <summary>{t("importing.notes", { n: preview.notes.length })}</summary>
          <ul className="plain-list">
            {preview.notes.map((note) => (
              <li key={note} lang="en">
                {note}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** What the times as they would be read make doubtful. */
function TrialDoubts({ preview, zone }: { preview: ImportPreview; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nightly = preview.timed > 0 && preview.night / preview.timed > NIGHT_SHARE;
  if (preview.ahead === 0 && !nightly) return null;
  return (
    <div className="doubts">
      <h3>{t("importing.doubts")}</h3>
      <ul>
        {preview.ahead > 0 && <li>{t("importing.doubt.ahead", { n: format.whole(preview.ahead) })}</li>}
        {nightly && <li>{t("importing.doubt.night", { share: format.percent(preview.night / preview.timed), zone })}</li>}
      </ul>
    </div>
  );
}

const told = (name: string, value: unknown): string => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;

/** Everything else the row says, in a line; columns with a meaning of their own by that. */
function fieldsOf(event: PreviewEvent, roleName: (role: Role) => string): string {
  const typed = Object.entries(event.columns as Partial<Record<Role, unknown>>).map(([column, value]) => told(roleName(column as Role), value));
  const others = Object.entries({ ...(event.traits as object), ...(event.props as object) }).map(([name, value]) => told(name, value));
  return [...typed, ...others].join(" · ") || NOTHING;
}

function Events({ events, zone }: { events: readonly PreviewEvent[]; zone: string }) {
  const roleName = useRoleName();
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <section aria-labelledby="first-events">
      <h3 id="first-events">{t("importing.firstEvents")}</h3>
      <TableScroll labelledBy="first-events">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("importing.role.time")}</th>
              <th scope="col">{t("importing.role.event")}</th>
              <th scope="col">{t("importing.role.channel")}</th>
              <th scope="col">{t("importing.who")}</th>
              <th scope="col">{t("importing.fields")}</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- Events of a trial have no id, and never change place.
              <tr key={index}>
                <td className="moment">
                  {format.date(event.time_us, zone)} {format.time(event.time_us, zone)}
                </td>
                <th scope="row">
                  <code>{event.event}</code>
                </th>
                <td>{channelName(event.channel)}</td>
                <td className="wrap">{identifiersText(event.identifiers)}</td>
                <td className="wrap fields">{fieldsOf(event, roleName)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Rejected({ preview }: { preview: ImportPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const reason = useReasonName();
  const detail = useReasonDetail();
  const codes = Object.entries(preview.rejected_by_code as Record<string, number>).toSorted(([, a], [, b]) => b - a);
  return (
    <section aria-labelledby="first-rejected">
      <h3 id="first-rejected">{t("importing.rejected", { n: format.whole(preview.rejected) })}</h3>
      <p className="sub">{t("importing.rejectedNote")}</p>
      <p className="badges">
        {codes.map(([code, count]) => (
          <span key={code} className="badge badge-bad">
            {reason(code)} {format.whole(count)}
          </span>
        ))}
      </p>
      <TableScroll labelledBy="first-rejected">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="numeric">
                {t("importing.line")}
              </th>
              <th scope="col">{t("importing.why")}</th>
              <th scope="col">{t("importing.original")}</th>
            </tr>
          </thead>
          <tbody>
            {preview.first_rejected.map((row) => (
              <tr key={row.line}>
                <td className="numeric">{format.whole(row.line)}</td>
                <td className="wrap">
                  {reason(row.code)}
                  {row.field != null && <code> {row.field}</code>}
                  {detail(row.code, row.reason) !== null && (
                    <span className="sub why" lang="en">
                      {row.reason}
                    </span>
                  )}
                </td>
                <OriginalCell text={row.original} />
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function OriginalCell({ text }: { text: string }) {
  const columns = columnsIn(text);
  if (columns === null) return <td className="wrap original">{text}</td>;
  return (
    <td className="wrap original-columns">
      {columns.map(([column, value]) => (
        <span key={column}>
          <span className="sub">{column}</span> {value}
        </span>
      ))}
    </td>
  );
}
