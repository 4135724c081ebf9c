// Up and down, for those who do not drag.
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Journey } from "../../../api/types";
import { Button } from "../../../ui/Controls";

/** The draft one step up or down; null where there is no such step. */
export function Shift({ up, down, onChange }: { up: Journey | null; down: Journey | null; onChange: (draft: Journey) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button isDisabled={up === null} onPress={() => up && onChange(up)}>
        <ArrowUp size={14} aria-hidden />
        {t("editor.up")}
      </Button>
      <Button isDisabled={down === null} onPress={() => down && onChange(down)}>
        <ArrowDown size={14} aria-hidden />
        {t("editor.down")}
      </Button>
    </>
  );
}
