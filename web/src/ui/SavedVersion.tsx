// One version in a list of versions: who saved it, when and why, and going back to it. The list has the class `saved-versions`.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { VersionInfo } from "../api/types";
import { useActor } from "./actor";
import { Allowed } from "./Allowed";
import { Button } from "./Controls";
import { useFormat } from "./format";
import type { Ability } from "./rights";
import { Failure } from "./States";

interface Props {
  name: string;
  /** What it is where there is no going back to it, since it is there already; null: it is not. */
  now: string | null;
  /** null: nobody saved it. */
  info: VersionInfo | null;
  zone: string;
  /** What it takes to go back. */
  to: Ability;
  restore: { mutate: () => void; isPending: boolean; error: Error | null; /** What it takes is not there yet. */ waits?: boolean };
  children?: ReactNode;
}

export function SavedVersion({ name, now, info, zone, to, restore, children }: Props) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  return (
    <li>
      <p>
        <strong>{name}</strong> {now !== null && <span className="badge badge-accent">{now}</span>}
      </p>
      {info && (
        <p className="sub">
          {format.dateTime(info.saved_at_us, zone)} · {actor(info.by)}
        </p>
      )}
      {info?.note && <p className="history-note">{info.note}</p>}
      {children}
      {restore.error && <Failure error={restore.error} />}
      {now === null && (
        <Allowed to={to}>
          <Button isDisabled={restore.isPending || restore.waits === true} aria-label={t("action.of", { action: t("segments.restore"), of: name })} onPress={() => restore.mutate()}>
            {t("segments.restore")}
          </Button>
        </Allowed>
      )}
    </li>
  );
}
