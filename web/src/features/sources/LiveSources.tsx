// The sources that send by themselves: how much came of each, how much was refused, and which have sent at all.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Source } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";

interface Props {
  workspace: string;
  zone: string;
  sources: Source[];
  onAdd: () => void;
}

export function LiveSources({ workspace, zone, sources, onAdd }: Props) {
  const { t } = useTranslation();
  if (sources.length === 0) {
    return (
      <section className="card">
        <Empty title={t("source.none")}>
          <p>{t("source.noneHow")}</p>
          <Allowed to="manage_sources" said>
            <Button look="primary" onPress={onAdd} aria-haspopup="dialog">
              {t("source.new")}
            </Button>
          </Allowed>
        </Empty>
      </section>
    );
  }
  return (
    <section className="card" aria-labelledby="sources-title">
      <header className="section-head">
        <h2 id="sources-title">{t("source.live")}</h2>
        <Allowed to="see_customers">
          <Link to="/w/$workspace/live" params={{ workspace }} search={{}}>
            {t("source.toLive")}
          </Link>
        </Allowed>
      </header>
      <TableScroll labelledBy="sources-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("source.name")}</th>
              <th scope="col">{t("source.channel")}</th>
              <th scope="col" className="numeric">
                {t("source.events")}
              </th>
              <th scope="col" className="numeric">
                {t("source.rejected")}
              </th>
              <th scope="col">{t("source.last")}</th>
              <th scope="col">{t("source.state")}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map((source) => (
              <Row key={source.id} workspace={workspace} zone={zone} source={source} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Row({ workspace, zone, source }: { workspace: string; zone: string; source: Source }) {
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <tr>
      <th scope="row">
        <Link to="/w/$workspace/sources/$source" params={{ workspace, source: source.id }} search={{}}>
          {source.name}
        </Link>{" "}
        <span className="sub">{source.id}</span>
      </th>
      <td>{channelName(source.channel)}</td>
      <td className="numeric">{format.whole(source.events)}</td>
      <td className="numeric">
        <RejectedCount workspace={workspace} source={source} />
      </td>
      <td className="moment">{source.last_us == null ? NOTHING : format.dateTime(source.last_us, zone)}</td>
      <td>
        <SourceState source={source} />
      </td>
    </tr>
  );
}

/** How many were refused; where there are any, the way to them for those who may see what was sent. */
export function RejectedCount({ workspace, source }: { workspace: string; source: Source }) {
  const format = useFormat();
  const may = useMay();
  const text = format.whole(source.rejected);
  if (source.rejected === 0 || !may("see_customers")) return text;
  return (
    <Link to="/w/$workspace/rejections" params={{ workspace }} search={{ source: source.id }}>
      {text}
    </Link>
  );
}

/** Whether it sends. */
export function SourceState({ source }: { source: Source }) {
  const { t } = useTranslation();
  if (source.last_us == null) return <span className="badge">{t("source.waiting")}</span>;
  if (source.silent_since_us != null) {
    return (
      <span className="badge badge-bad">
        <span aria-hidden>!</span>
        {t("source.silent")}
      </span>
    );
  }
  return (
    <span className="badge badge-accent">
      <span aria-hidden>✓</span>
      {t("source.sending")}
    </span>
  );
}
