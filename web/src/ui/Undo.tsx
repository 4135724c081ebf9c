// Says above a list what was just deleted or moved, and takes it back: by its button, or by Ctrl-Z where nothing is typed.
import { useMutation } from "@tanstack/react-query";
import { Undo2, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Controls";
import { Failure } from "./States";
import { TAKES_LETTERS } from "./typing";
import { offerUndo, useUndoable } from "./undoable";
import type { Undoable } from "./undoable";

export function Undo({ workspace, list }: Pick<Undoable, "workspace" | "list">) {
  const { t } = useTranslation();
  const offered = useUndoable(workspace, list);
  const back = useMutation({
    mutationFn: ({ undo }: Undoable) => undo(),
    onSuccess: () => {
      offerUndo(null);
      // The button is gone; from here the list is next.
      if (document.activeElement === document.body) document.getElementById("main")?.focus();
    },
  });
  const { mutate, isPending, reset } = back;
  useEffect(() => {
    if (!offered) return;
    reset();
    const press = (event: KeyboardEvent) => {
      const at = event.target instanceof Element ? event.target : null;
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "z" || at?.closest(TAKES_LETTERS)) return;
      event.preventDefault();
      mutate(offered);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [offered, mutate, reset]);
  return (
    <div className={offered ? "undo" : "visually-hidden"}>
      <p role="status">{offered ? t("undo.said", { text: offered.text }) : back.isSuccess && back.variables.undone}</p>
      {offered && (
        <>
          <Button isDisabled={isPending} aria-keyshortcuts="Control+Z" onPress={() => mutate(offered)}>
            <Undo2 size={14} aria-hidden />
            {t("undo.do")}
          </Button>
          <Button look="quiet" icon aria-label={t("common.close")} onPress={() => {
              reset();
              offerUndo(null);
            }}
          >
            <X size={14} aria-hidden />
          </Button>
          {back.error && <Failure error={back.error} />}
        </>
      )}
    </div>
  );
}
