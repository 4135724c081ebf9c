// What is wrong with one part of the draft.
import { useTranslation } from "react-i18next";

import type { Placed } from "./faults";

export function FaultList({ faults }: { faults: readonly Placed[] }) {
  const words = useFaultWords();
  if (faults.length === 0) return null;
  return (
    <ul className="fault-list">
      {faults.map((fault) => (
        <li key={`${fault.fault.path} ${fault.fault.message}`} className="form-fault">
          {words(fault)}
        </li>
      ))}
    </ul>
  );
}

/** A fault in the reader's language; one that is not known by its place is told as the server tells it. */
export function useFaultWords(): (fault: Placed) => string {
  const { t } = useTranslation();
  return ({ word, fault }) => (word === "other" ? `${fault.path}: ${fault.message}` : t(`editor.fault.${word}`));
}
