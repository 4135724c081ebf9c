// Finding a customer by an exact identifier: member number, device, open id.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { searchQuery, workspacesQuery } from "../../api/queries";
import { Allowed } from "../../ui/Allowed";
import { useFormat } from "../../ui/format";
import { Empty, Failure } from "../../ui/States";
import { StoresShown } from "../../ui/Stores";
import { usePageTitle } from "../../ui/title";
import "./customers.css";

export function CustomersPage() {
  const { t } = useTranslation();
  const { workspace } = useParams({ from: "/w/$workspace/customers" });
  const asked = useSearch({ from: "/w/$workspace/customers" });
  usePageTitle(t("nav.customers"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.customers")}</h1>
          <p className="page-note">{t("customers.note")}</p>
          <StoresShown />
        </div>
      </header>
      <Allowed to="see_customers" said>
        <SearchForm key={`${asked.value} ${asked.namespace}`} workspace={workspace} value={asked.value ?? ""} namespace={asked.namespace ?? ""} />
        {asked.value ? (
          <Results workspace={workspace} value={asked.value} namespace={asked.namespace ?? null} />
        ) : (
          <Empty title={t("customers.how")}>
            <p>{t("customers.howExact")}</p>
            <p>{t("customers.howNumbers")}</p>
          </Empty>
        )}
      </Allowed>
    </div>
  );
}

function SearchForm({ workspace, value, namespace }: { workspace: string; value: string; namespace: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState({ value, namespace });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [wanted, within] = [typed.value.trim(), typed.namespace.trim()];
    if (!wanted) return;
    void navigate({
      to: "/w/$workspace/customers",
      params: { workspace },
      search: { value: wanted, ...(within ? { namespace: within } : {}) },
    });
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <label>
        <span className="field-label">{t("customers.value")}</span>
        <input
          className="input"
          name="value"
          required
          autoComplete="off"
          spellCheck={false}
          value={typed.value}
          onChange={(event) => setTyped({ ...typed, value: event.target.value })}
        />
      </label>
      <label>
        <span className="field-label">{t("customers.namespace")}</span>
        <input
          className="input"
          name="namespace"
          autoComplete="off"
          spellCheck={false}
          placeholder={t("customers.anyNamespace")}
          value={typed.namespace}
          onChange={(event) => setTyped({ ...typed, namespace: event.target.value })}
        />
      </label>
      <button type="submit" className="button button-primary">
        {t("customers.search")}
      </button>
    </form>
  );
}

function Results({ workspace, value, namespace }: { workspace: string; value: string; namespace: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery(searchQuery(workspace, value, namespace));
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  const items = found.data?.items;
  return (
    <>
      <p role="status" className={items?.length === 0 ? "visually-hidden" : "results-count"}>
        {items ? t("customers.found", { n: format.whole(items.length) }) : ""}
      </p>
      {items?.length === 0 && (
        <Empty title={t("customers.nobody", { value })}>
          <p>{t("customers.nobodyWhy")}</p>
        </Empty>
      )}
      {items && items.length > 0 && (
        <div className="card table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("customers.customer")}</th>
                <th scope="col" className="numeric">
                  {t("customers.events")}
                </th>
                <th scope="col">{t("customers.first")}</th>
                <th scope="col">{t("customers.last")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.customer}>
                  <th scope="row">
                    <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: item.customer }} search={{}}>
                      {item.identifiers.map((id) => `${id.namespace}: ${id.value}`).join(" · ") || item.customer}
                    </Link>
                  </th>
                  <td className="numeric">{format.whole(item.events)}</td>
                  <td className="moment">{format.dateTime(item.first_us, zone)}</td>
                  <td className="moment">{format.dateTime(item.last_us, zone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
