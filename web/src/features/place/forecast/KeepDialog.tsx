// Writes a forecast down: it is made anew on the server, and nobody can change it afterwards.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { PlaceQuestion } from "../../../api/places";
import { forecastsQuery, keepForecast } from "../../../api/places";
import { Ask } from "../../../ui/Ask";
import { TextField } from "../../../ui/Fields";
import { Progress } from "../../../ui/States";
import type { Change } from "./change";

interface Props {
  workspace: string;
  site: string;
  question: PlaceQuestion & { change: Change };
  /** What it is called, until that is written otherwise. */
  title: string;
  onKept: (title: string) => void;
  onClose: () => void;
}

/** The server takes no longer title. */
const TITLE_BYTES_MAX = 500;
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

export function KeepDialog({ workspace, site, question, title: proposed, onKept, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [title, setTitle] = useState(proposed);
  const key = ["forecast-keep", workspace, site];
  const list = forecastsQuery(workspace, site).queryKey;
  const run = useMutation({
    mutationFn: () => keepForecast(workspace, site, title.trim(), question, key),
    onSuccess: async () => {
      onClose();
      onKept(title.trim());
      await client.invalidateQueries({ queryKey: list });
    },
  });
  const long = bytesOf(title) > TITLE_BYTES_MAX;
  return (
    <Ask title={t("place.forecast.keep")} action={t("place.forecast.keepIt")} run={{ ...run, mutate: () => run.mutate() }} disabled={title.trim() === "" || long} onClose={onClose}>
      <p>{t("place.forecast.keepHow")}</p>
      <TextField label={t("place.forecast.title")} value={title} required onChange={setTitle} fault={long ? t("place.forecast.titleLong", { n: TITLE_BYTES_MAX }) : undefined} />
      {run.isPending && <Progress queryKey={key} />}
    </Ask>
  );
}
