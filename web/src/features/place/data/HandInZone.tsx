// Where a file is handed in, and how far it is.
import { useTranslation } from "react-i18next";

import { Bar } from "../../../ui/files/Bar";
import { DropFile } from "../../../ui/files/DropFile";
import { useSize } from "../../../ui/files/size";
import { Failure } from "../../../ui/States";
import type { HandIn } from "./useHandIn";

export function HandInZone({ hand, title, note }: { hand: HandIn; title: string; note: string }) {
  const { t } = useTranslation();
  const size = useSize();
  return (
    <>
      {hand.sending ? (
        <Bar
          label={t("place.data.sending", { name: hand.sent?.name ?? "" })}
          done={hand.sent?.received ?? 0}
          total={hand.sent?.bytes ?? 1}
          note={t("place.data.sent", { done: size(hand.sent?.received ?? 0), total: size(hand.sent?.bytes ?? 0) })}
          onStop={hand.stop}
        />
      ) : (
        <DropFile title={title} pick={t("place.data.pick")} note={note} onFiles={hand.take} />
      )}
      {hand.refused !== null && (
        <p className="form-fault" role="alert">
          {hand.refused}
        </p>
      )}
      {hand.error && <Failure error={hand.error} {...(hand.again ? { retry: hand.again } : {})} />}
    </>
  );
}
