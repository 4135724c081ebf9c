// Everybody who may sign in here, for administrators: who else is one, and who may no longer come in.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { accountsQuery, changeAccount } from "../../api/access";
import type { Account } from "../../api/types";
import { Ask } from "../../ui/Ask";
import { Button } from "../../ui/Controls";
import { useAdministers, useSession } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { PersonCell } from "./PersonCell";
import "./access.css";

type Change = { administrator: boolean } | { disabled: boolean };

export function AccountsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const manages = useAdministers();
  const list = useQuery({ ...accountsQuery(), enabled: manages });
  usePageTitle(t("accounts.title"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("accounts.title")}</h1>
          <p className="page-note">{t("accounts.note")}</p>
        </div>
      </header>
      {!manages && <p className="needs">{t("accounts.needs")}</p>}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {manages && list.isPending && <div className="skeleton" aria-hidden />}
      {list.data?.people.length === 0 && <Empty title={t("accounts.none")} />}
      {list.data && list.data.people.length > 0 && <Accounts people={list.data.people} self={session?.person?.id ?? null} />}
    </div>
  );
}

function Accounts({ people, self }: { people: Account[]; self: string | null }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState<{ person: Account; change: Change } | null>(null);
  const run = useMutation({
    mutationFn: ({ person, change }: { person: Account; change: Change }) => changeAccount(person.id, change),
    onSuccess: async () => {
      setAsking(null);
      await client.invalidateQueries({ queryKey: accountsQuery().queryKey });
    },
  });
  const ask = (person: Account, change: Change) => {
    run.reset();
    setAsking({ person, change });
  };
  const what = asking && ("disabled" in asking.change ? (asking.change.disabled ? "disable" : "enable") : asking.change.administrator ? "promote" : "demote");
  return (
    <section className="card" aria-label={t("accounts.title")}>
      <TableScroll label={t("accounts.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("members.person")}</th>
              <th scope="col">{t("accounts.state")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("members.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <PersonCell person={person} isSelf={person.id === self} />
                <td>
                  <span className="badges">
                    {person.administrator && <span className="badge badge-accent">{t("accounts.administrator")}</span>}
                    {person.disabled ? <span className="badge badge-bad">{t("accounts.disabled")}</span> : <span className="badge">{t("accounts.active")}</span>}
                  </span>
                </td>
                <td className={person.id === self ? "accounts-self" : "numeric"}>
                  {person.id === self ? (
                    <span className="sub">{t("accounts.self")}</span>
                  ) : (
                    (
                      [
                        [{ administrator: !person.administrator }, person.administrator ? "demote" : "promote"],
                        [{ disabled: !person.disabled }, person.disabled ? "enable" : "disable"],
                      ] as const
                    ).map(([change, name]) => (
                      <Button
                        key={name}
                        look="quiet"
                        aria-haspopup="dialog"
                        aria-label={t("action.of", { action: t(`accounts.${name}`), of: person.name })}
                        onPress={() => ask(person, change)}
                      >
                        {t(`accounts.${name}`)}
                      </Button>
                    ))
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {asking && what && (
        <Ask title={t(`accounts.${what}.ask`, { name: asking.person.name })} action={t(`accounts.${what}`)} run={{ ...run, mutate: () => run.mutate(asking) }} onClose={() => setAsking(null)}>
          <p>{t(`accounts.${what}.what`)}</p>
        </Ask>
      )}
    </section>
  );
}
