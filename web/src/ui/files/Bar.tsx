// How far something is, and a way to stop it.
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../Controls";
import "./files.css";

export function Bar({ label, done, total, note, stopping = false, onStop }: { label: string; done: number; total: number; note: string; stopping?: boolean; onStop?: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div className="import-bar">
      <p id={id} role="status">
        {label}
      </p>
      <div className="progress">
        <div className="progress-track" role="progressbar" aria-labelledby={id} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} aria-valuetext={note}>
          <div className="progress-bar" style={{ width: `${share * 100}%` }} />
        </div>
        {onStop && (
          <Button isDisabled={stopping} onPress={onStop}>
            {t("common.cancel")}
          </Button>
        )}
      </div>
      <p className="sub">{note}</p>
    </div>
  );
}
