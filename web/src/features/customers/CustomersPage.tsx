// The customers there are, in an order, or those whom a few letters mean: a name, its sounds, an identifier.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { allCustomersQuery, foundCustomersQuery } from "../../api/customers";
import { workspacesQuery } from "../../api/queries";
import { segmentsQuery } from "../../api/segments";
import type { CustomerOrder, CustomerRow, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button, Picker } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import type { Sorting } from "../../ui/SortHead";
import { SortHead } from "../../ui/SortHead";
import { Empty, Failure, Progress } from "../../ui/States";
import { StoresShown } from "../../ui/Stores";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { SavedViews } from "../../ui/views/SavedViews";
import { Who } from "./Who";
import { storedForm } from "./stored";
import "./customers.css";

/** Stands for "of no segment in particular". */
const EVERYBODY = "~all";

export function CustomersPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/customers" });
  const asked = useSearch({ from: "/w/$workspace/customers" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
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
        <SearchForm key={`${asked.value} ${asked.namespace}`} workspace={id} value={asked.value ?? ""} namespace={asked.namespace ?? ""} />
        {workspace && (asked.value ? <Found workspace={workspace} value={asked.value} namespace={asked.namespace ?? null} /> : <Everybody workspace={workspace} />)}
      </Allowed>
    </div>
  );
}

function SearchForm({ workspace, value, namespace }: { workspace: string; value: string; namespace: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState({ value, namespace });
  const look = (wanted: string, within: string) =>
    void navigate({
      to: "/w/$workspace/customers",
      params: { workspace },
      search: wanted ? { value: wanted, ...(within ? { namespace: within } : {}) } : {},
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    look(typed.value.trim(), typed.namespace.trim());
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <label>
        <span className="field-label">{t("customers.value")}</span>
        <input
          className="input"
          name="value"
          type="search"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("customers.valueExample")}
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
      {value && <Button onPress={() => look("", "")}>{t("customers.showAll")}</Button>}
    </form>
  );
}

function Found({ workspace, value, namespace }: { workspace: WorkspaceInfo; value: string; namespace: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = foundCustomersQuery(workspace.id, value, namespace);
  const found = useInfiniteQuery(query);
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Progress queryKey={query.queryKey} />;
  const items = found.data.pages.flatMap((page) => page.items);
  // Of those limited to stores it is not told how many there are: they are looked through page by page.
  const all = found.data.pages[0]?.customers ?? (found.hasNextPage ? null : items.length);
  return (
    <>
      <p role="status" className={items.length === 0 ? "visually-hidden" : "results-count"}>
        {all === null ? t("customers.foundMore", { n: format.whole(items.length) }) : t("customers.found", { n: format.whole(all) })}
      </p>
      {items.length === 0 && !found.hasNextPage && (
        <Empty title={t("customers.nobody", { value })}>
          <p>{t("customers.nobodyWhy")}</p>
        </Empty>
      )}
      <People workspace={workspace} items={items} by={null} />
      <More list={found} />
    </>
  );
}

function Everybody({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const count = useCount();
  const localized = useLocalized();
  const navigate = useNavigate();
  const asked = useSearch({ from: "/w/$workspace/customers" });
  const segments = useQuery(segmentsQuery(workspace.id)).data?.segments ?? [];
  const by = { column: asked.sort ?? "last_seen", down: !asked.up } satisfies Sorting<CustomerOrder>;
  const query = allCustomersQuery(workspace.id, { sort: by.column, ascending: !by.down, segment: asked.segment ?? null });
  const list = useInfiniteQuery(query);
  const go = (search: { sort?: CustomerOrder; up?: "1"; segment?: string }) =>
    void navigate({ to: "/w/$workspace/customers", params: { workspace: workspace.id }, search, replace: true });
  const sorted = { ...(asked.sort ? { sort: asked.sort } : {}), ...(asked.up ? { up: asked.up } : {}) };
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const all = list.data?.pages[0]?.customers;
  // Nothing came yet: that is no failure.
  const nothing = list.error instanceof ApiError && list.error.code === "workspace_empty";
  return (
    <>
      <div className="people-head">
        <p role="status" className="results-count">
          {all == null ? "" : count("customers", all)}
        </p>
        {segments.length > 0 && (
          <Picker
            label={t("customers.segment")}
            value={asked.segment ?? EVERYBODY}
            choices={[{ id: EVERYBODY, label: t("customers.everybody") }, ...segments.map(({ segment }) => ({ id: segment.id, label: localized(segment.name) || segment.id }))]}
            onChange={(id) => go({ ...sorted, ...(id === EVERYBODY ? {} : { segment: id }) })}
          />
        )}
        <SavedViews workspace={workspace.id} stored={() => storedForm(asked)} />
      </div>
      {list.error && !nothing && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <Progress queryKey={query.queryKey} />}
      {(nothing || (list.data && items.length === 0)) && (
        <Empty title={asked.segment ? t("customers.emptySegment") : t("customers.none")}>
          <p>{asked.segment ? t("customers.emptySegmentWhy") : t("customers.noneWhy")}</p>
          {nothing && (
            <Link className="button" to="/w/$workspace/sources" params={{ workspace: workspace.id }}>
              {t("nav.sources")}
            </Link>
          )}
        </Empty>
      )}
      <People
        workspace={workspace}
        items={items}
        by={by}
        onSort={({ column, down }) => go({ sort: column, ...(down ? {} : { up: "1" }), ...(asked.segment ? { segment: asked.segment } : {}) })}
      />
      <More list={list} />
    </>
  );
}

interface PeopleProps {
  workspace: WorkspaceInfo;
  items: CustomerRow[];
  by: Sorting<CustomerOrder> | null;
  /** Without it the order is not for choosing: the best match first. */
  onSort?: (by: Sorting<CustomerOrder>) => void;
}

function People({ workspace, items, by, onSort }: PeopleProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  if (items.length === 0) return null;
  const head = (column: CustomerOrder, name: string, numeric: boolean) =>
    onSort ? (
      // The latest first at the first press, as of a number the largest.
      <SortHead column={column} name={name} numeric={numeric} by={by} onSort={(next) => onSort(by?.column === column ? next : { column, down: true })} />
    ) : (
      <th scope="col" {...(numeric ? { className: "numeric" } : {})}>
        {name}
      </th>
    );
  return (
    <div className="card">
      <TableScroll label={t("nav.customers")}>
        <table className="table people">
          <thead>
            <tr>
              <th scope="col">{t("customers.customer")}</th>
              {head("last_seen", t("customers.last"), false)}
              {head("first_seen", t("customers.first"), false)}
              {head("events", t("customers.events"), true)}
              {head("amount", t("customers.amount"), true)}
              {head("channels", t("customers.channels"), false)}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.customer}>
                <th scope="row">
                  <Who workspace={workspace.id} customer={item} />
                </th>
                <td className="moment">{format.dateTime(item.last_us, workspace.zone)}</td>
                <td className="moment">{format.dateTime(item.first_us, workspace.zone)}</td>
                <td className="numeric">{format.whole(item.events)}</td>
                <td className="numeric">{format.decimal(item.amount)}</td>
                <td>{item.channels.map(channelName).join(t("common.comma"))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}

function More({ list }: { list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const { t } = useTranslation();
  if (!list.hasNextPage) return null;
  return (
    <Button onPress={() => void list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
      {t("customers.more")}
    </Button>
  );
}
