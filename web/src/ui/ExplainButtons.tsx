// What can be asked of a whole answer: what it means, and who it is about.
import { CircleHelp, Users } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Allowed } from "./Allowed";
import { Button } from "./Controls";
import type { Explained } from "./explain";

export function ExplainButtons({ explain }: { explain: (opensAt: NonNullable<Explained["opensAt"]>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button onPress={() => explain("meaning")} aria-haspopup="dialog">
        <CircleHelp size={14} aria-hidden />
        {t("verb.explain")}
      </Button>
      <Allowed to="see_customers">
        <Button onPress={() => explain("customers")} aria-haspopup="dialog">
          <Users size={14} aria-hidden />
          {t("verb.people")}
        </Button>
      </Allowed>
    </>
  );
}
