// What numbers about sessions say of themselves, and what lengths of theirs are called.
import { useTranslation } from "react-i18next";

import type { LabelCount, SessionsNumbers } from "../../api/types";
import { useFormat } from "../../ui/format";
import { titled } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";

export type SessionNumber = "sessions" | "bounces" | "open";

export function useSessionInfo(): {
  number: (numbers: Pick<SessionsNumbers, SessionNumber>, what: SessionNumber, of?: string) => FigureInfo;
  label: (each: LabelCount, what: "entry" | "exit") => FigureInfo;
  part: (by: "length" | "channel" | "day", name: string, pick: string) => FigureInfo;
} {
  const { t } = useTranslation();
  return {
    number: (numbers, what, of) => ({ title: titled(t(`sessions.${what}`), of), definition: t(`define.sessions.${what}`), pick: numbers[what].pick }),
    label: ({ label, pick }, what) => ({ title: t(`sessions.${what}Of`, { label }), definition: t(`define.sessions.${what}`), pick }),
    part: (by, name, pick) => ({ title: titled(t("sessions.sessions"), name), definition: t(`define.sessions.${by}`), pick }),
  };
}

/** 「10 秒 – 30 秒」, “60 min and more”. */
export function useSessionLength(): (of: Pick<SessionsNumbers["lengths"][number], "from_s" | "to_s">) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ from_s: from, to_s: to }) => (to == null ? t("sessions.longerThan", { from: format.duration(from) }) : t("sessions.between", { from: format.duration(from), to: format.duration(to) }));
}
