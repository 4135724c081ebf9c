// Invites somebody. The link is shown once and handed over by whoever invites: the server sends no letters.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { invite, membersQuery } from "../../api/access";
import type { NewInvitation, Role } from "../../api/types";
import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { TextField, focusFault } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { ROLES, canBeLimited } from "../../ui/rights";
import { CopyButton, Failure } from "../../ui/States";
import { emailFault } from "./checks";
import { StoresPicker, useKnownStores } from "./StoresPicker";
import { useFaultText } from "./words";

interface Made extends NewInvitation {
  email: string;
}

export function Invite({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [stores, setStores] = useState<string[]>([]);
  const [asked, setAsked] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const fault = useFaultText(asked);
  // Without them nobody could be limited, and the invitation would be for the whole workspace.
  const waits = useKnownStores(workspace.id).known === null && canBeLimited(role);
  const send = useMutation({
    mutationFn: (address: string) => invite(workspace.id, address, role, canBeLimited(role) && stores.length > 0 ? stores : null),
    onSuccess: async (invitation, address) => {
      setMade({ ...invitation, email: address });
      setEmail("");
      setAsked(false);
      await client.invalidateQueries({ queryKey: membersQuery(workspace.id).queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    setMade(null);
    if (emailFault(email)) focusFault(event.currentTarget);
    else if (!send.isPending && !waits) send.mutate(email.trim());
  };
  return (
    <section className="card card-body" aria-labelledby="invite-title">
      <h2 id="invite-title">{t("invite.title")}</h2>
      <form className="form invite" noValidate onSubmit={submit}>
        <TextField email label={t("signIn.email")} required value={email} fault={fault(emailFault(email))} onChange={setEmail} />
        <Picker label={t("members.role")} value={role} choices={ROLES.map((each) => ({ id: each, label: t(`role.${each}`) }))} onChange={setRole} />
        {canBeLimited(role) && <StoresPicker workspace={workspace.id} label={t("stores.label")} stores={stores} onChange={setStores} />}
        <p className="sub invite-role">
          {t(`role.${role}.what`)} {canBeLimited(role) && stores.length > 0 && t("stores.what")}
        </p>
        {send.error && <Failure error={send.error} />}
        <div className="form-actions">
          <button type="submit" className="button button-primary" disabled={send.isPending || waits}>
            {t("invite.do")}
          </button>
        </div>
      </form>
      <div role="status">{made && <Link made={made} zone={workspace.zone} onClose={() => setMade(null)} />}</div>
    </section>
  );
}

function Link({ made, zone, onClose }: { made: Made; zone: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const link = `${location.origin}/invitation/${encodeURIComponent(made.token)}`;
  return (
    <div className="handed invite-link">
      <p>{t("invite.made", { email: made.email, until: format.dateTime(made.expires_us, zone) })}</p>
      <div className="command">
        <code>{link}</code>
        <CopyButton text={link} label={t("link.copy")} />
      </div>
      <div className="form-actions">
        <Button onPress={onClose}>{t("invite.handed")}</Button>
      </div>
    </div>
  );
}
