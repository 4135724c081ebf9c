// Chooses the stores a member is limited to, among those events name. None chosen: the whole workspace.
import { useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { dimensionsQuery } from "../../api/queries";
import type { DimensionsAnswer } from "../../api/types";
import { MultiPicker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";
import { useStoreNames } from "../../ui/Stores";

/** Column of events that names a store. */
const STORE = "site";

interface Props {
  workspace: string;
  label: string;
  /** Whether the label is for screen readers alone, as in a table, beside which a failure is told once for all its rows. */
  labelHidden?: boolean;
  stores: readonly string[];
  onChange: (stores: string[]) => void;
}

interface KnownStores {
  /** The most frequent. */
  names: string[];
  /** How many there are. */
  all: number;
}

/** The stores that events name; null until they are known. A workspace without events has none. */
export function useKnownStores(workspace: string): { known: KnownStores | null; query: UseQueryResult<DimensionsAnswer> } {
  const query = useQuery(dimensionsQuery(workspace));
  if (query.error instanceof ApiError && query.error.code === "workspace_empty") return { known: { names: [], all: 0 }, query };
  if (!query.data) return { known: null, query };
  const dimension = query.data.dimensions.find(({ name }) => name === STORE);
  return { known: { names: dimension?.values.map(({ value }) => value) ?? [], all: dimension?.distinct ?? 0 }, query };
}

export function StoresPicker({ workspace, label, labelHidden = false, stores, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  const { known, query } = useKnownStores(workspace);
  if (query.error && known === null && labelHidden) return <>{stores.length === 0 ? t("stores.all") : names(stores)}</>;
  if (known === null) return query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : <div className="skeleton" aria-hidden />;
  // Also those that are set and of which no event tells any more.
  const all = [...new Set([...known.names, ...stores])].toSorted((a, b) => a.localeCompare(b));
  if (all.length === 0) return labelHidden ? <>{t("stores.all")}</> : null;
  const beyond = known.all > known.names.length;
  return (
    <>
      <MultiPicker
        label={label}
        labelHidden={labelHidden}
        summary={stores.length === 0 ? t("stores.all") : names(stores)}
        values={stores}
        choices={all.map((store) => ({ id: store, label: store }))}
        onChange={onChange}
      />
      {beyond && <TypedStore label={t("stores.typed", { of: label })} hint={t("stores.beyond", { n: format.whole(known.names.length), all: format.whole(known.all) })} onStore={(store) => stores.includes(store) || onChange([...stores, store])} />}
    </>
  );
}

/** Takes a store by its name, with Enter or when the field is left: what stands in it is never passed over. */
function TypedStore({ label, hint, onStore }: { label: string; hint: string; onStore: (store: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState("");
  const take = () => {
    if (typed.trim() !== "") onStore(typed.trim());
    setTyped("");
  };
  return (
    <div className="form-field">
      <input
        className="input"
        aria-label={label}
        aria-describedby={id}
        placeholder={t("stores.typedHow")}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing || typed.trim() === "") return;
          event.preventDefault();
          take();
        }}
      />
      <span id={id} className="sub">
        {hint}
      </span>
    </div>
  );
}
