// The sensors of a site: how each fares, what it is given to paste, and what counters counted of late.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { siteQuery } from "../../api/places";
import { removeSensor, rotateSensorKey, sensorsQuery } from "../../api/sensors";
import type { Sensor, SensorMade } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Code } from "../../ui/Code";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { SensorCounts } from "./SensorCounts";
import { SensorForm } from "./SensorForm";
import "./place.css";
import "./sensors.css";

const GRACE_HOURS = 24;
/** What the server takes, 31 days. */
const GRACE_HOURS_MAX = 744;

/** A key that can be read this once. */
interface Fresh {
  name: string;
  made: SensorMade;
}

type Asked = { to: "edit" | "rotate" | "remove"; sensor: Sensor } | { to: "add" } | null;

export function SensorsPage() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { workspace, site } = useParams({ from: "/w/$workspace/sites/$site/sensors" });
  const stored = useQuery(siteQuery(workspace, site, null));
  const list = useQuery(sensorsQuery(workspace, site));
  const [asked, setAsked] = useState<Asked>(null);
  const [fresh, setFresh] = useState<Fresh | null>(null);
  const name = stored.data ? localized(stored.data.site.name) : site;
  usePageTitle(`${t("sensors.title")} · ${name}`);
  const sensors = list.data?.sensors ?? [];
  const zone = stored.data?.site.time_zone ?? "UTC";
  const close = () => setAsked(null);
  const error = stored.error ?? list.error;
  return (
    <div className="page">
      <nav className="crumbs" aria-label={t("common.breadcrumb")}>
        <ol>
          <li>
            <Link to="/w/$workspace/sites" params={{ workspace }}>
              {t("nav.sites")}
            </Link>
          </li>
          <li>
            <Link to="/w/$workspace/sites/$site" params={{ workspace, site }} search={{}}>
              {name}
            </Link>
          </li>
        </ol>
      </nav>
      <header className="page-head">
        <div>
          <h1>{t("sensors.title")}</h1>
          <p className="page-note">{t("sensors.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="manage_keys" said>
            <Button look="primary" onPress={() => setAsked({ to: "add" })} aria-haspopup="dialog">
              {t("sensors.add")}
            </Button>
          </Allowed>
        </div>
      </header>
      {error && <Failure error={error} retry={() => void list.refetch()} />}
      {list.isPending && !error && <div className="skeleton" aria-hidden />}
      <div role="status">{fresh?.made.path != null && <Handed key={fresh.made.path} fresh={fresh} path={fresh.made.path} onDone={() => setFresh(null)} />}</div>
      {list.data && sensors.length === 0 && (
        <Empty title={t("sensors.none")}>
          <p>{t("sensors.noneHow")}</p>
        </Empty>
      )}
      {sensors.length > 0 && (
        <section className="card" aria-labelledby="sensors-title">
          <header className="section-head">
            <h2 id="sensors-title">{name}</h2>
          </header>
          <TableScroll labelledBy="sensors-title">
            <Table zone={zone} sensors={sensors} onAsk={(to, sensor) => setAsked({ to, sensor })} />
          </TableScroll>
        </section>
      )}
      {list.data && <SensorCounts workspace={workspace} site={site} zone={zone} sensors={sensors} />}
      {asked?.to === "add" && <SensorForm workspace={workspace} site={site} from={null} taken={sensors.map(({ id }) => id)} onClose={close} onMade={(made, given) => setFresh({ name: given, made })} />}
      {asked?.to === "edit" && <SensorForm workspace={workspace} site={site} from={asked.sensor} taken={[]} onClose={close} onMade={() => setFresh(null)} />}
      {asked?.to === "rotate" && <Rotate workspace={workspace} site={site} of={asked.sensor} onClose={close} onMade={(made) => setFresh({ name: asked.sensor.name, made })} />}
      {asked?.to === "remove" && <Remove workspace={workspace} site={site} of={asked.sensor} onClose={close} />}
    </div>
  );
}

/** Where a sensor posts, the one time it can be read. */
function Handed({ fresh, path, onDone }: { fresh: Fresh; path: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="handed sensor-address">
      <p>
        <strong>{t("sensors.once")}</strong> {t("sensors.onceHow")}
      </p>
      <Code label={t("sensors.addressOf", { name: fresh.name })}>{`${location.origin}${path}`}</Code>
      <Code label={t("sensors.header", { path: `${location.origin}/sensor` })}>{`Authorization: Bearer ${fresh.made.key ?? ""}`}</Code>
      <Button onPress={onDone}>{t("sensors.kept")}</Button>
    </div>
  );
}

interface TableProps {
  zone: string;
  sensors: readonly Sensor[];
  onAsk: (to: "edit" | "rotate" | "remove", sensor: Sensor) => void;
}

function Table({ zone, sensors, onAsk }: TableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const manages = useMay()("manage_keys");
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t("sensors.name")}</th>
          <th scope="col">{t("sensors.format")}</th>
          <th scope="col">{t("sensors.way")}</th>
          <th scope="col">{t("sensors.state")}</th>
          <th scope="col">{t("sensors.last")}</th>
          <th scope="col" className="numeric">
            {t("sensors.accepted")}
          </th>
          <th scope="col" className="numeric">
            {t("sensors.refused")}
          </th>
          {manages && <th scope="col">{t("sensors.actions")}</th>}
        </tr>
      </thead>
      <tbody>
        {sensors.map((sensor) => (
          <tr key={sensor.id}>
            <th scope="row">
              {sensor.name} <span className="sub">{sensor.id}</span>
            </th>
            <td>{t(`sensors.format.${sensor.format}`)}</td>
            <td>
              <Way sensor={sensor} zone={zone} />
            </td>
            <td>
              <State sensor={sensor} zone={zone} />
            </td>
            <td className="moment">{sensor.last_us == null ? t("sensors.never") : format.dateTime(sensor.last_us, zone)}</td>
            <td className="numeric">{format.whole(sensor.accepted)}</td>
            <td className="numeric">
              {format.whole(sensor.refused)}
              {sensor.refusal && <p className="sub sensor-why">{t("sensors.refusal", { when: format.dateTime(sensor.refusal.at_us, zone), reason: sensor.refusal.reason })}</p>}
            </td>
            {manages && (
              <td>
                <div className="sensor-actions">
                  <Button look="quiet" onPress={() => onAsk("edit", sensor)} aria-haspopup="dialog" aria-label={t("sensors.changeOf", { name: sensor.name })}>
                    {t("sensors.change")}
                  </Button>
                  {sensor.way.kind === "push" && (
                    <Button look="quiet" onPress={() => onAsk("rotate", sensor)} aria-haspopup="dialog" aria-label={t("sensors.rotateOf", { name: sensor.name })}>
                      {t("sensors.rotate")}
                    </Button>
                  )}
                  <Button look="quiet" onPress={() => onAsk("remove", sensor)} aria-haspopup="dialog" aria-label={t("sensors.removeOf", { name: sensor.name })}>
                    {t("sensors.remove")}
                  </Button>
                </div>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Way({ sensor, zone }: { sensor: Sensor; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { way } = sensor;
  if (way.kind === "push") {
    return (
      <>
        {t("sensors.way.push")} <code>/sensor/{way.key_start}…</code>
        {way.old_key_until_us != null && <p className="sub">{t("sensors.oldKey", { when: format.dateTime(way.old_key_until_us, zone) })}</p>}
      </>
    );
  }
  return (
    <>
      {t("sensors.way.mqtt")} <code>{way.topic}</code>
      <p className="sub">{way.url}</p>
    </>
  );
}

/** Whether it sends, and what is in its way. */
function State({ sensor, zone }: { sensor: Sensor; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const connection = sensor.way.kind === "mqtt" ? sensor.way.connection : null;
  if (connection && !connection.connected) {
    return (
      <>
        <Bad>{t("sensors.state.unconnected")}</Bad>
        <p className="sub sensor-why">{t("sensors.trouble", { when: format.dateTime(connection.since_us, zone), reason: connection.trouble ?? "" })}</p>
      </>
    );
  }
  if (sensor.silent_since_us != null) {
    return (
      <>
        <Bad>{t("sensors.state.silent")}</Bad>
        <p className="sub">{t("sensors.silentSince", { when: format.dateTime(sensor.silent_since_us, zone) })}</p>
      </>
    );
  }
  if (sensor.last_us == null) return <span className="badge">{t("sensors.state.waiting")}</span>;
  return (
    <span className="badge badge-accent">
      <span aria-hidden>✓</span>
      {t("sensors.state.sending")}
    </span>
  );
}

function Bad({ children }: { children: string }) {
  return (
    <span className="badge badge-bad">
      <span aria-hidden>!</span>
      {children}
    </span>
  );
}

interface AskProps {
  workspace: string;
  site: string;
  of: Sensor;
  onClose: () => void;
}

function Rotate({ workspace, site, of, onClose, onMade }: AskProps & { onMade: (made: SensorMade) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, setTyped] = useState(String(GRACE_HOURS));
  const hours = /^\d+$/.test(typed.trim()) ? Number(typed) : Number.NaN;
  const fits = hours <= GRACE_HOURS_MAX;
  const rotate = useMutation({
    mutationFn: () => rotateSensorKey(workspace, site, of.id, hours),
    onSuccess: async (made) => {
      onMade(made);
      await client.invalidateQueries({ queryKey: ["sensors", workspace, site] });
      onClose();
    },
  });
  return (
    <Ask title={t("sensors.rotateAsk", { name: of.name })} action={t("sensors.rotateDo")} run={{ ...rotate, mutate: () => rotate.mutate() }} disabled={!fits} onClose={onClose}>
      <p>{t("sensors.rotateWhat")}</p>
      <TextField label={t("sensors.grace")} numeric value={typed} onChange={setTyped} fault={fits ? undefined : t("sensors.graceFault", { max: GRACE_HOURS_MAX })} hint={t("sensors.graceHint")} />
    </Ask>
  );
}

function Remove({ workspace, site, of, onClose }: AskProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeSensor(workspace, site, of.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sensors", workspace, site] });
      onClose();
    },
  });
  return (
    <Ask title={t("sensors.removeAsk", { name: of.name })} action={t("sensors.removeDo")} run={{ ...remove, mutate: () => remove.mutate() }} onClose={onClose}>
      <p>{t("sensors.removeWhat")}</p>
    </Ask>
  );
}
