// Where the identity provider sends the browser back to: what it brought is given to the server, once, and kept nowhere.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { enter, finishProvider } from "../../api/access";
import type { ProviderReturn } from "../../api/types";
import { Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { wayBack } from "./checks";
import "./access.css";

export function ProviderPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const client = useQueryClient();
  const brought = useSearch({ from: "/sign-in/provider" });
  const asked = useRef(false);
  usePageTitle(t("signIn.title"));
  const { mutate, error } = useMutation({
    mutationFn: (returned: ProviderReturn) => finishProvider(returned),
    onSuccess: ({ session, to }) => {
      enter(client, session);
      router.history.replace(wayBack(to, location.origin));
    },
  });
  useEffect(() => {
    // A code is good for once, however often the page is drawn.
    if (asked.current) return;
    asked.current = true;
    // Providers bring more than the protocol asks for.
    const { state, code, error: refused, iss } = brought;
    mutate({ state: state ?? "", code: code ?? null, error: refused ?? null, iss: iss ?? null });
    // Neither the history nor a reload is to carry the code.
    window.history.replaceState(window.history.state, "", location.pathname);
  }, [mutate, brought]);
  return (
    <>
      <h1>{t("signIn.title")}</h1>
      {error ? (
        <>
          <Failure error={error} />
          <p>
            <Link to="/sign-in" search={{}}>
              {t("provider.back")}
            </Link>
          </p>
        </>
      ) : (
        <p role="status">{t("signIn.doing")}</p>
      )}
    </>
  );
}
