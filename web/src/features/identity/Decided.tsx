// What was just decided, and taking it back: a bar at the page's end that stays until the next decision.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Undo2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { undoIdentityDecision } from "../../api/identity";
import { Button } from "../../ui/Controls";
import { Failure } from "../../ui/States";
import { useQueueKeys } from "./useQueueKeys";

/** A decision that was made: its ids, and what it says. */
export interface JustDecided {
  ids: string[];
  text: string;
}

interface Props {
  workspace: string;
  decided: JustDecided | null;
  /** Whether the key `u` undoes. */
  keys?: boolean;
  /** Whether nothing is left to go on to, so that the focus comes here. */
  focused?: boolean;
  onGone: () => void;
}

export function Decided({ decided, ...props }: Props) {
  return (
    <div className={decided ? "identity-toast" : "visually-hidden"}>
      <p role="status">{decided?.text}</p>
      {decided && <Undo key={decided.ids.join(" ")} {...props} decided={decided} />}
    </div>
  );
}

function Undo({ workspace, decided, keys = false, focused = false, onGone }: Props & { decided: JustDecided }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await undoIdentityDecision(workspace, id);
    },
    onSuccess: async () => {
      // Everything that counts customers has changed.
      await client.invalidateQueries();
      onGone();
    },
  });
  useQueueKeys(keys && !undo.isPending, { u: () => undo.mutate(decided.ids) });
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  return (
    <>
      {undo.error && <Failure error={undo.error} />}
      <div className="identity-toast-actions">
        <Button ref={button} isDisabled={undo.isPending} onPress={() => undo.mutate(decided.ids)}>
          <Undo2 size={14} aria-hidden />
          {t("identity.undo")} {keys && <kbd aria-hidden>u</kbd>}
        </Button>
        <Button look="quiet" icon aria-label={t("common.close")} onPress={onGone}>
          <X size={14} aria-hidden />
        </Button>
      </div>
    </>
  );
}
