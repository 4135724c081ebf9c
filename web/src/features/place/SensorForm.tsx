// A sensor being written: whose format it speaks, what its payloads leave open, and which way they come.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { addSensor, changeSensor } from "../../api/sensors";
import type { Sensor, SensorFormat, SensorMade } from "../../api/types";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { PasswordField, TextField, focusFault } from "../../ui/Fields";
import { keyOf } from "../../ui/keys";
import { Failure } from "../../ui/States";

const FORMATS = ["hikvision", "xovis", "meraki", "dahua", "megvii", "axis", "quuppa", "pozyx", "cisco", "mist", "csv"] as const satisfies readonly SensorFormat[];

const ID = /^[a-z0-9-]{1,64}$/;
const BROKER = /^mqtts?:\/\/[^/@\s]+\/?$/;
const SILENT_SECONDS = 900;
const SILENT_SECONDS_MAX = 2_678_400;

/** Null where nothing is written. */
const filled = (text: string) => text.trim() || null;

interface Props {
  workspace: string;
  site: string;
  /** null: a new one. */
  from: Sensor | null;
  taken: readonly string[];
  onClose: () => void;
  onMade: (made: SensorMade, name: string) => void;
}

export function SensorForm({ workspace, site, from, taken, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const push = from?.way.kind === "push" ? from.way : null;
  const mqtt = from?.way.kind === "mqtt" ? from.way : null;
  const [name, setName] = useState(from?.name ?? "");
  const [typedId, setTypedId] = useState<string | null>(null);
  const [format, setFormat] = useState<SensorFormat>(from?.format ?? "hikvision");
  const [way, setWay] = useState<"push" | "mqtt">(from?.way.kind ?? "push");
  const [zone, setZone] = useState(from?.clock_zone ?? "");
  const [floor, setFloor] = useState(from?.floor ?? "");
  const [silent, setSilent] = useState(String(from?.silent_after_seconds ?? SILENT_SECONDS));
  const [validator, setValidator] = useState(push?.validator ?? "");
  const [url, setUrl] = useState(mqtt?.url ?? "mqtts://");
  const [topic, setTopic] = useState(mqtt?.topic ?? "");
  const [userName, setUserName] = useState(mqtt?.user_name ?? "");
  const [secret, setSecret] = useState("");
  const [tried, setTried] = useState(false);
  const id = from?.id ?? typedId ?? keyOf(name, taken, "sensor").replaceAll("_", "-");
  const seconds = /^\d+$/.test(silent.trim()) ? Number(silent) : 0;
  const faults = {
    name: name.trim() === "" ? t("form.needed") : undefined,
    id: from ? undefined : !ID.test(id) ? t("sensors.idFault") : taken.includes(id) ? t("sensors.idTaken") : undefined,
    silent: seconds >= 1 && seconds <= SILENT_SECONDS_MAX ? undefined : t("sensors.silentAfterFault"),
    url: way === "mqtt" && !BROKER.test(url.trim()) ? t("sensors.urlFault") : undefined,
    topic: way === "mqtt" && topic.trim() === "" ? t("form.needed") : undefined,
  };
  const save = useMutation({
    mutationFn: async () => {
      const fields = { name: name.trim(), format, silent_after_seconds: seconds };
      const ofMeraki = format === "meraki";
      if (from) {
        const ofWay = way === "push" ? { validator: ofMeraki ? validator.trim() : "", ...(secret ? { secret } : {}) } : { url: url.trim(), topic: topic.trim(), user_name: userName.trim(), ...(secret ? { password: secret } : {}) };
        await changeSensor(workspace, site, from.id, { ...fields, clock_zone: zone.trim(), floor: floor.trim(), ...ofWay });
        return null;
      }
      const ofWay = way === "push" ? { kind: way, validator: ofMeraki ? filled(validator) : null, secret: secret || null } : { kind: way, url: url.trim(), topic: topic.trim(), user_name: filled(userName), password: secret || null };
      return addSensor(workspace, site, { id, ...fields, clock_zone: filled(zone), floor: filled(floor), way: ofWay });
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ["sensors", workspace, site] });
      onClose();
      if (made) onMade(made, name.trim());
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return focusFault(event.currentTarget);
    save.mutate();
  };
  const said = (fault: string | undefined) => (tried ? fault : undefined);
  const kept = push?.has_secret === true || mqtt?.has_password === true ? t("sensors.secretKept") : undefined;
  return (
    <Drawer title={t(from ? "sensors.edit" : "sensors.add")} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <TextField label={t("sensors.name")} value={name} onChange={setName} required fault={said(faults.name)} hint={t("sensors.nameHint")} />
        {!from && <TextField label={t("sensors.id")} value={id} onChange={setTypedId} fault={said(faults.id)} hint={t("sensors.idHint")} />}
        <Picker label={t("sensors.format")} value={format} choices={FORMATS.map((each) => ({ id: each, label: t(`sensors.format.${each}`) }))} onChange={setFormat} />
        {!from && <Segmented label={t("sensors.way")} value={way} choices={(["push", "mqtt"] as const).map((each) => ({ id: each, label: t(`sensors.way.${each}`) }))} onChange={setWay} />}
        {way === "mqtt" && (
          <>
            <TextField label={t("sensors.url")} value={url} onChange={setUrl} required fault={said(faults.url)} hint={t("sensors.urlHint")} />
            <TextField label={t("sensors.topic")} value={topic} onChange={setTopic} required fault={said(faults.topic)} hint={t("sensors.topicHint")} />
            <TextField label={t("sensors.userName")} value={userName} onChange={setUserName} />
            <PasswordField label={t("sensors.password")} value={secret} onChange={setSecret} required={false} known={{ name: "broker-password", autoComplete: "new-password" }} hint={kept ?? t("sensors.passwordHint")} />
          </>
        )}
        {way === "push" && format === "meraki" && (
          <>
            <TextField label={t("sensors.validator")} value={validator} onChange={setValidator} hint={t("sensors.validatorHint")} />
            <PasswordField label={t("sensors.secret")} value={secret} onChange={setSecret} required={false} known={{ name: "sensor-secret", autoComplete: "new-password" }} hint={kept ?? t("sensors.secretHint")} />
          </>
        )}
        <TextField label={t("sensors.clockZone")} value={zone} onChange={setZone} hint={t("sensors.clockZoneHint")} />
        <TextField label={t("sensors.floor")} value={floor} onChange={setFloor} hint={t("sensors.floorHint")} />
        <TextField label={t("sensors.silentAfter")} numeric value={silent} onChange={setSilent} fault={said(faults.silent)} hint={t("sensors.silentAfterHint")} />
        {save.error && <Failure error={save.error} />}
        <div className="form-actions">
          <Button type="submit" look="primary" isDisabled={save.isPending}>
            {t(save.isPending ? "form.saving" : "form.save")}
          </Button>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
        </div>
      </form>
    </Drawer>
  );
}
