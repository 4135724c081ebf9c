// What a limit to stores (门店) comes to: which they are, said in the shell and on the pages of single customers.
import { Store } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useStores } from "./rights";

/** How many are named before the rest is counted. */
const NAMED_MAX = 3;

/** Names as one text, in the way of the language. */
export function useStoreNames(): (stores: readonly string[]) => string {
  const { t } = useTranslation();
  return (stores) => {
    const named = stores.slice(0, NAMED_MAX);
    const rest = stores.length - named.length;
    const list = named.join(t("common.comma"));
    return rest > 0 ? t("stores.more", { named: list, n: rest }) : list;
  };
}

/** For the shell. */
export function StoresNote({ stores }: { stores: readonly string[] }) {
  const { t } = useTranslation();
  const names = useStoreNames();
  return (
    <p className="stores-note" title={stores.join(", ")}>
      <Store size={14} aria-hidden />
      <span>{t("stores.only", { stores: names(stores) })}</span>
    </p>
  );
}

/** On pages of customers: what is not shown. Nothing for whoever sees everything. */
export function StoresShown() {
  const { t } = useTranslation();
  const stores = useStores();
  const names = useStoreNames();
  return stores === null ? null : <p className="page-note">{t("stores.customers", { stores: names(stores) })}</p>;
}
