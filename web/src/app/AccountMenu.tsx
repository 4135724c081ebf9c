// Who is signed in, and what that person can do about it. Where no sign-in is asked for: that, and how to change it.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUserRound, LaptopMinimal, LogOut, UserRound, UsersRound } from "lucide-react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { signOut } from "../api/access";
import type { Person } from "../api/types";
import type { WorkspaceInfo } from "../api/types";
import { Button } from "../ui/Controls";
import { useRole, useSession, useStores } from "../ui/rights";
import { Command, Failure } from "../ui/States";
import { useStoreNames } from "../ui/Stores";
import { forgetRecent } from "./command/recent";

export function AccountMenu({ workspace }: { workspace: WorkspaceInfo | undefined }) {
  const session = useSession();
  if (session?.open) return <OpenNote />;
  return session?.person ? <Menu person={session.person} workspace={workspace} /> : null;
}

/** Whatever this page and this browser still hold of the person goes with it. */
function left(): void {
  forgetRecent();
  location.assign("/sign-in");
}

function Menu({ person, workspace }: { person: Person; workspace: WorkspaceInfo | undefined }) {
  const { t } = useTranslation();
  const role = useRole(workspace?.id);
  const stores = useStores(workspace?.id);
  const names = useStoreNames();
  const leave = useMutation({ mutationFn: signOut, onSuccess: left });
  return (
    <DialogTrigger>
      <Button look="quiet" aria-label={t("account.open", { name: person.name })}>
        <CircleUserRound size={16} aria-hidden />
        <span className="account-name">{person.name}</span>
      </Button>
      <Popover className="popover" offset={4} placement="top start">
        <Dialog className="account" aria-label={t("account.title")}>
          {({ close }) => (
            <>
              <div>
                <p className="account-title">{person.name}</p>
                <p className="sub">{person.email}</p>
                {role && <p className="sub">{t("account.roleHere", { role: t(`role.${role}`) })}</p>}
                {stores && <p className="sub">{t("stores.only", { stores: names(stores) })}</p>}
              </div>
              <div className="account-links">
                <Link className="button button-quiet" to="/account" onClick={close}>
                  <UserRound size={14} aria-hidden />
                  {t("account.page")}
                </Link>
                {person.administrator && (
                  <Link className="button button-quiet" to="/accounts" onClick={close}>
                    <UsersRound size={14} aria-hidden />
                    {t("accounts.title")}
                  </Link>
                )}
                <Button look="quiet" isDisabled={leave.isPending} onPress={() => leave.mutate()}>
                  <LogOut size={14} aria-hidden />
                  {t("account.signOut")}
                </Button>
              </div>
              {leave.error && <Failure error={leave.error} />}
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function OpenNote() {
  const { t } = useTranslation();
  return (
    <DialogTrigger>
      <Button look="quiet">
        <LaptopMinimal size={16} aria-hidden />
        <span className="account-name">{t("account.thisMachine")}</span>
      </Button>
      <Popover className="popover" offset={4} placement="top start">
        <Dialog className="account" aria-label={t("account.thisMachine")}>
          <p>{t("account.openNote")}</p>
          <p>{t("account.openHow")}</p>
          <Command>throughline serve</Command>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
