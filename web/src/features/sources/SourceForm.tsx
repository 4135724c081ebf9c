// A source being written: its name, the channel of what does not say its own, and which web pages may send.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { changeSource, createSource } from "../../api/sources";
import type { Source } from "../../api/types";
import { Button } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField, focusFault } from "../../ui/Fields";
import { KEY, keyOf } from "../../ui/keys";
import { Failure } from "../../ui/States";
import { isOrigin, originsOf } from "./origins";

interface Props {
  workspace: string;
  /** null: a new one. */
  from: Source | null;
  taken: readonly string[];
  /** Channels the workspace has, as examples. */
  channels: readonly string[];
  onClose: () => void;
  onSaved: (source: string) => void;
}

export function SourceForm({ workspace, from, taken, channels, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(from?.name ?? "");
  const [key, setKey] = useState<string | null>(null);
  const [channel, setChannel] = useState(from?.channel ?? "web");
  const [origins, setOrigins] = useState(from?.origins.join("\n") ?? "");
  const [tried, setTried] = useState(false);
  const id = from?.id ?? key ?? keyOf(name, taken, "source");
  const listed = originsOf(origins);
  const strange = listed.find((origin) => !isOrigin(origin));
  const faults = {
    name: name.trim() === "" ? t("form.needed") : undefined,
    id: from ? undefined : !KEY.test(id) ? t("segments.keyHow") : taken.includes(id) ? t("source.idTaken") : undefined,
    channel: channel.trim() === "" ? t("form.needed") : undefined,
    origins: strange === undefined ? undefined : t("source.originFault", { origin: strange }),
  };
  const save = useMutation({
    mutationFn: async () => {
      const fields = { name: name.trim(), channel: channel.trim(), origins: listed };
      await (from ? changeSource(workspace, from.id, fields) : createSource(workspace, { id, ...fields }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sources", workspace] });
      onClose();
      onSaved(id);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return focusFault(event.currentTarget);
    save.mutate();
  };
  const said = (fault: string | undefined) => (tried ? fault : undefined);
  return (
    <Drawer title={from ? t("source.edit") : t("source.new")} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <TextField label={t("source.name")} value={name} onChange={setName} required fault={said(faults.name)} hint={t("source.nameHint")} />
        {!from && <TextField label={t("source.id")} value={id} onChange={setKey} fault={said(faults.id)} hint={t("source.idHint")} />}
        <TextField
          label={t("source.channel")}
          value={channel}
          onChange={setChannel}
          required
          fault={said(faults.channel)}
          hint={t("source.channelHint", { examples: [...new Set([...channels.slice(0, 4), "web", "app", "mini_program", "store"])].join(t("common.comma")) })}
        />
        <TextField label={t("source.origins")} lines={4} value={origins} onChange={setOrigins} fault={said(faults.origins)} hint={t("source.originsHint")} />
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
