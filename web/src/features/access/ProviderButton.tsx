// Leads to the page of the identity provider, from which the browser comes back to `/sign-in/provider`.
import { useMutation } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { beginProvider } from "../../api/access";
import type { Session } from "../../api/types";
import { Failure } from "../../ui/States";

type Provider = NonNullable<Session["provider"]>;

interface Props {
  provider: Provider;
  /** Where to go on to. */
  to: string;
  /** Whether it is what people come for. */
  focused?: boolean;
}

export function ProviderButton({ provider, to, focused = false }: Props) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  const begins = useMutation({ mutationFn: () => beginProvider(to), onSuccess: (url) => location.assign(url) });
  return (
    <div className="provider">
      {/* Once it has answered the browser is on its way: no second press. */}
      <button ref={button} type="button" className="button button-primary" disabled={begins.isPending || begins.isSuccess} onClick={() => begins.mutate()}>
        <LogIn size={14} aria-hidden />
        {t("provider.do", { name: provider.name })}
      </button>
      {begins.error && <Failure error={begins.error} />}
    </div>
  );
}
