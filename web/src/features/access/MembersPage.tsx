// People and rights of a workspace: who is in it with which role, who is invited, and what each role may do.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { membersQuery, removeMember, revokeInvitation, sessionQuery, setRole } from "../../api/access";
import type { Member, MemberList, PendingInvitation, Role } from "../../api/types";
import { workspacesQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { ROLES, canBeLimited, useMay, useSession } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { useStoreNames } from "../../ui/Stores";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { Invite } from "./Invite";
import { isLastOwner } from "./members";
import { PersonCell } from "./PersonCell";
import { RightsTable } from "./RightsTable";
import { StoresPicker, useKnownStores } from "./StoresPicker";
import "./access.css";

export function MembersPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/members" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const manages = useMay()("manage_members");
  const open = useSession()?.open ?? false;
  const list = useQuery({ ...membersQuery(id), enabled: manages });
  usePageTitle(t("nav.members"));
  if (!workspace) return null;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.members")}</h1>
          <p className="page-note">{t(open ? "members.open" : "members.note")}</p>
        </div>
      </header>
      <Allowed to="manage_members" said>
        {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isPending && <div className="skeleton" aria-hidden />}
        {list.data && <Members key={id} workspace={workspace} list={list.data} />}
        {list.data && <Invite workspace={workspace} />}
        {list.data && list.data.invitations.length > 0 && <Invitations workspace={workspace} invitations={list.data.invitations} />}
      </Allowed>
      <RightsTable />
    </div>
  );
}

function Members({ workspace, list: { members } }: { workspace: WorkspaceInfo; list: MemberList }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const self = useSession()?.person?.id;
  const names = useStoreNames();
  const [asking, setAsking] = useState<Change | null>(null);
  const [said, setSaid] = useState("");
  const changes = ["members", workspace.id];
  /** Asked again once nothing more is on its way, which the answer would not know of. */
  const settled = async () => {
    if (client.isMutating({ mutationKey: changes }) === 1) await client.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey });
  };
  const change = useMutation({
    mutationKey: changes,
    // One after the other: each says all the stores there are to be.
    scope: { id: changes.join(" ") },
    mutationFn: ({ member, role, stores }: Change) => (role === null ? removeMember(workspace.id, member.person.id) : setRole(workspace.id, member.person.id, role, stores)),
    // Shown at once: the next store is chosen from the list as it is now.
    onMutate: async ({ member, role, stores }) => {
      await client.cancelQueries({ queryKey: membersQuery(workspace.id).queryKey });
      client.setQueryData(membersQuery(workspace.id).queryKey, (list) =>
        list && role !== null ? { ...list, members: list.members.map((each) => (each.person.id === member.person.id ? { ...each, role, ...(stores ? { stores: [...stores] } : { stores: null }) } : each)) } : list,
      );
    },
    onError: settled,
    onSuccess: async (_, { member, role, stores }) => {
      setAsking(null);
      const name = member.person.name;
      if (role === null) setSaid(t("members.removed", { name }));
      else if (stores === null) setSaid(t("members.changed", { name, role: t(`role.${role}`) }));
      else setSaid(t("members.limited", { name, role: t(`role.${role}`), stores: names(stores) }));
      await settled();
      // One's own rights may be others now.
      if (member.person.id === self) await client.invalidateQueries({ queryKey: sessionQuery().queryKey });
    },
  });
  /** What is asked before a change is made. */
  const asked = (about: Change | null) => {
    const name = about?.member.person.name ?? "";
    if (about === null || about.role === null) return { title: t("members.removeAsk", { name }), action: t("members.removeDo"), what: t("members.removeWhat") };
    if (about.member.person.id === self) return { title: t("members.ownRoleAsk", { role: t(`role.${about.role}`) }), action: t("members.ownRoleDo"), what: t("members.ownRoleWhat") };
    return { title: t("stores.liftAsk", { name }), action: t("stores.liftDo"), what: t("stores.liftWhat") };
  };
  const put = (member: Member, role: Role, chosen: readonly string[]) => {
    const stores = canBeLimited(role) && chosen.length > 0 ? chosen : null;
    setSaid("");
    change.reset();
    // To give up what one has cannot be undone by oneself; and a limit is not lifted in passing.
    if (member.person.id === self || (member.stores && stores === null)) setAsking({ member, role, stores });
    else change.mutate({ member, role, stores });
  };
  const question = asked(asking);
  const { known, query: knownStores } = useKnownStores(workspace.id);
  return (
    <section className="card" aria-labelledby="members-title">
      <header className="section-head">
        <h2 id="members-title">{t("members.title")}</h2>
        <span role="status" className="section-note">
          {said}
        </span>
      </header>
      {change.error && !asking && <Failure error={change.error} />}
      {known === null && knownStores.error && <Failure error={knownStores.error} retry={() => void knownStores.refetch()} />}
      {members.length === 0 && <p className="access-none">{t("members.none")}</p>}
      {members.length > 0 && (
        <TableScroll labelledBy="members-title">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("members.person")}</th>
                <th scope="col">{t("members.role")}</th>
                <th scope="col">{t("stores.column")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("members.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <Row
                  key={member.person.id}
                  member={member}
                  isSelf={member.person.id === self}
                  isLast={isLastOwner(members, member.person.id)}
                  onRole={(role) => role !== member.role && put(member, role, member.stores ?? [])}
                  onStores={(stores) => put(member, member.role, stores)}
                  workspace={workspace.id}
                  onRemove={() => {
                    setSaid("");
                    change.reset();
                    setAsking({ member, role: null, stores: null });
                  }}
                />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {asking && (
        <Ask
          title={question.title}
          action={question.action}
          run={{ ...change, mutate: () => change.mutate(asking) }}
          onClose={() => {
            setAsking(null);
            change.reset();
          }}
        >
          <p>{question.what}</p>
        </Ask>
      )}
    </section>
  );
}

/** What becomes of a member; no role: they are removed. */
interface Change {
  member: Member;
  role: Role | null;
  stores: readonly string[] | null;
}

interface RowProps {
  workspace: string;
  member: Member;
  isSelf: boolean;
  isLast: boolean;
  onRole: (role: Role) => void;
  onStores: (stores: string[]) => void;
  onRemove: () => void;
}

function Row({ workspace, member: { person, role, stores }, isSelf, isLast, onRole, onStores, onRemove }: RowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <PersonCell person={person} isSelf={isSelf}>
        {person.disabled && <span className="badge badge-bad">{t("accounts.disabled")}</span>}
      </PersonCell>
      <td>
        {isLast ? (
          <>
            {t(`role.${role}`)}
            <span className="sub access-email">{t("members.last")}</span>
          </>
        ) : (
          <Picker label={t("members.roleOf", { name: person.name })} labelHidden value={role} choices={ROLES.map((each) => ({ id: each, label: t(`role.${each}`) }))} onChange={onRole} />
        )}
      </td>
      <td>{canBeLimited(role) ? <StoresPicker workspace={workspace} label={t("stores.of", { name: person.name })} labelHidden stores={stores ?? []} onChange={onStores} /> : t("stores.all")}</td>
      <td className="numeric">
        {!isLast && (
          <Button look="quiet" aria-label={t("action.of", { action: t("members.remove"), of: person.name })} aria-haspopup="dialog" onPress={onRemove}>
            {t("members.remove")}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Invitations({ workspace, invitations }: { workspace: WorkspaceInfo; invitations: PendingInvitation[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (invitation: string) => revokeInvitation(workspace.id, invitation),
    onSuccess: () => client.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey }),
  });
  return (
    <section className="card" aria-labelledby="invitations-title">
      <header className="section-head">
        <h2 id="invitations-title">{t("invitations.title")}</h2>
      </header>
      {revoke.error && <Failure error={revoke.error} />}
      <TableScroll labelledBy="invitations-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("signIn.email")}</th>
              <th scope="col">{t("members.role")}</th>
              <th scope="col">{t("stores.column")}</th>
              <th scope="col">{t("invitations.expires")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("members.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {invitations.map(({ id, email, role, stores, expires_us }) => (
              <tr key={id}>
                <th scope="row">{email}</th>
                <td className="nowrap">{t(`role.${role}`)}</td>
                <td>{stores ? names(stores) : t("stores.all")}</td>
                <td className="moment">{format.dateTime(expires_us, workspace.zone)}</td>
                <td className="numeric">
                  <Button look="quiet" isDisabled={revoke.isPending} aria-label={t("action.of", { action: t("invitations.revoke"), of: email })} onPress={() => revoke.mutate(id)}>
                    {t("invitations.revoke")}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
