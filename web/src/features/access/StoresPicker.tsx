// Chooses the stores a member is limited to, among those events name. None chosen: the whole workspace.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import { MultiPicker } from "../../ui/Controls";
import { useStoreNames } from "../../ui/Stores";

/** Column of events that names a store. */
const STORE = "site";

interface Props {
  workspace: string;
  label: string;
  /** Whether the label is for screen readers alone. */
  labelHidden?: boolean;
  stores: readonly string[];
  onChange: (stores: string[]) => void;
}

export function StoresPicker({ workspace, label, labelHidden = false, stores, onChange }: Props) {
  const { t } = useTranslation();
  const names = useStoreNames();
  const dimensions = useQuery(dimensionsQuery(workspace)).data?.dimensions ?? [];
  const known = dimensions.find(({ name }) => name === STORE)?.values.map(({ value }) => value) ?? [];
  // Also those that are set and of which no event tells any more.
  const all = [...new Set([...known, ...stores])].toSorted((a, b) => a.localeCompare(b));
  if (all.length === 0) return labelHidden ? <>{t("stores.all")}</> : null;
  return (
    <MultiPicker
      label={label}
      labelHidden={labelHidden}
      summary={stores.length === 0 ? t("stores.all") : names(stores)}
      values={stores}
      choices={all.map((store) => ({ id: store, label: store }))}
      onChange={onChange}
    />
  );
}
