// "Explain this number": what it means and rests on, and the customers behind it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { customersQuery } from "../../api/queries";
import { identifiersText } from "../../ui/identifiers";
import type { Meta, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import type { Explained } from "../../ui/explain";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { useRead } from "../../ui/read";
import { useMay } from "../../ui/rights";
import { CopyButton, Failure, Progress } from "../../ui/States";
import "./explain.css";

interface Props {
  workspace: WorkspaceInfo | undefined;
  explained: Explained | null;
  onClose: () => void;
}

export default function ExplainDrawer({ workspace, explained, onClose }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const pick = may("see_customers") && explained?.question !== undefined ? explained.pick : undefined;
  return (
    <ModalOverlay className="scrim" isDismissable isOpen={explained !== null} onOpenChange={(open) => !open && onClose()}>
      <Modal className="drawer">
        {explained && workspace && (
          <Dialog className="drawer-body" aria-labelledby="explain-title">
            <header className="explain-head">
              <div>
                <Heading id="explain-title" slot="title" className="explain-title">
                  {explained.title}
                </Heading>
                <p className="explain-value">{explained.value}</p>
              </div>
              <Button look="quiet" icon aria-label={t("common.close")} onPress={onClose}>
                <X size={16} aria-hidden />
              </Button>
            </header>
            {explained.way && (
              <p className="explain-way">
                <Button
                  onPress={() => {
                    onClose();
                    explained.way?.go();
                  }}
                >
                  {explained.way.text}
                </Button>
              </p>
            )}
            <Tabs className="tabs explain-tabs" defaultSelectedKey={pick === undefined ? "meaning" : (explained.opensAt ?? "meaning")}>
              <TabList className="tab-list" aria-label={t("explain.label")}>
                <Tab id="meaning" className="tab">
                  {t("explain.meaning")}
                </Tab>
                {pick !== undefined && (
                  <Tab id="customers" className="tab">
                    {t("explain.customers")}
                  </Tab>
                )}
              </TabList>
              <TabPanel id="meaning" className="tab-panel explain-panel">
                <Meaning explained={explained} />
              </TabPanel>
              {pick !== undefined && (
                <TabPanel id="customers" className="tab-panel explain-panel">
                  <Customers explained={explained} pick={pick} workspace={workspace} onClose={onClose} />
                </TabPanel>
              )}
            </Tabs>
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Meaning({ explained: { definition, facts = [], meta, sql: statements = meta?.sql ?? [] } }: { explained: Explained }) {
  const { t } = useTranslation();
  return (
    <>
      <dl className="explain-facts">
        <Fact name={t("explain.definition")}>{definition}</Fact>
        {facts.map((fact) => (
          <Fact key={fact.name} name={fact.name}>
            {fact.code ? <code className="wrap">{fact.text}</code> : fact.text}
          </Fact>
        ))}
        {meta && <MetaFacts meta={meta} />}
      </dl>
      {statements.length > 0 && (
        <section className="explain-sql" aria-labelledby="explain-sql">
          <h3 id="explain-sql">{t("explain.sql")}</h3>
          {statements.map((sql, index) => (
            <div key={sql}>
              <header>
                <span className="sub">{t("explain.sqlPart", { n: index + 1, of: statements.length })}</span>
                <CopyButton text={sql} label={t("explain.copySql")} />
              </header>
              {/* A scrollable region must be reachable by keyboard. */}
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <pre tabIndex={0} role="region" aria-label={`${t("explain.sql")} ${index + 1}`}>
                {sql}
              </pre>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

function MetaFacts({ meta }: { meta: Meta }) {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useRead();
  const localized = useLocalized();
  return (
    <>
      <Fact name={t("explain.analysis")}>{sentence(localized(meta.definition))}</Fact>
      <Fact name={t("explain.population")}>{sentence(localized(meta.population))}</Fact>
      <Fact name={t("explain.filters")}>
        {meta.filters.length === 0 ? (
          t("explain.noFilters")
        ) : (
          <ul>
            {meta.filters.map((filter) => (
              <li key={localized(filter)}>{sentence(localized(filter))}</li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name={t("explain.identity")}>{sentence(localized(meta.identity))}</Fact>
      <Fact name={t("explain.zone")}>{meta.zone}</Fact>
      <Fact name={t("explain.asOf")}>{format.dateTime(meta.as_of_us, meta.zone)}</Fact>
      {meta.events_later != null && meta.events_later > 0 && <Fact name={t("explain.later")}>{t("explain.laterValue", { count: meta.events_later, n: format.whole(meta.events_later) })}</Fact>}
      <Fact name={t("explain.scanned")}>
        {t("explain.scannedValue", { read: read(meta) })}
      </Fact>
      <Fact name={t("explain.snapshot")}>
        <code className="wrap">{meta.snapshot}</code>
      </Fact>
    </>
  );
}

function Customers({
  explained,
  pick,
  workspace,
  onClose,
}: {
  explained: Explained;
  pick: string;
  workspace: WorkspaceInfo;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const count = useCount();
  const options = customersQuery(workspace.id, explained.question ?? "", pick);
  const list = useInfiniteQuery(options);
  const first = list.data?.pages[0];
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isFetching && <Progress key={String(list.isFetchingNextPage)} queryKey={options.queryKey} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {first && (
        <p className="explain-people" role="status">
          <strong>{explained.people ?? sentence(localized(first.title))}</strong>
          {" · "}
          {t("explain.behind", {
            customers: count("customers", first.customers),
            subjects: count(explained.journey ? "journeys" : "subjects", first.subjects),
          })}
        </p>
      )}
      <ul className="people">
        {items.map((item) => (
          <li key={item.customer}>
            <Link
              to="/w/$workspace/customers/$customer"
              params={{ workspace: workspace.id, customer: item.customer }}
              search={explained.journey ? { journey: explained.journey.id, version: explained.journey.version } : {}}
              onClick={onClose}
            >
              {identifiersText(item.identifiers) || item.customer}
            </Link>
            <span className="sub">
              {t("explain.customerEvents", {
                n: format.whole(item.events),
                last: format.date(item.last_us, workspace.zone),
              })}
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button onPress={() => void list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
          {t("explain.more", { shown: format.whole(items.length), all: format.whole(first?.customers ?? 0) })}
        </Button>
      )}
    </>
  );
}
