// The numbers of a persona: how many it is, how many of them arrive, and how far they come.
import { useTranslation } from "react-i18next";

import type { Journey, PersonaNumbers } from "../../api/types";
import { useCount } from "../../ui/count";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";

interface Props {
  name: string;
  numbers: PersonaNumbers;
  everyone: PersonaNumbers | undefined;
  definition: Pick<Journey, "id" | "stages">;
  version: number;
}

export function PersonaFigures({ name, numbers, everyone, definition, version }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const localized = useLocalized();
  const { started, share, conversion, stages } = numbers;
  const journey = { id: definition.id, version };
  const title = `${name} · ${t("unit.customers")}`;
  const goalTitle = `${name} · ${t("totals.conversion")}`;
  const stageName = (id: string) => localized(definition.stages.find((stage) => stage.id === id)?.name) || id;
  return (
    <div className="persona-numbers">
      <div>
        <p>
          <Num
            className="num-inline"
            of={title}
            explain={() => ({
              title,
              value: format.whole(started.customers),
              definition: t("define.personaCustomers"),
              question: numbers.question,
              pick: started.pick,
              journey,
            })}
          >
            {count("customers", started.customers)}
          </Num>
          <span className="sub">{t("personas.share", { share: format.percent(share.share) })}</span>
        </p>
        <p>
          <span className="sub">{t("totals.conversion")}</span>
          <Num
            className="num-inline"
            of={goalTitle}
            explain={() => ({
              title: goalTitle,
              value: `${format.percent(conversion.share)} (${format.whole(conversion.hits)} / ${format.whole(conversion.of)})`,
              definition: t("define.conversion"),
              question: numbers.question,
              pick: "goal",
              people: t("people.arrived"),
              journey,
            })}
          >
            {format.percent(conversion.share)}
          </Num>
          {conversion.low != null && conversion.high != null && (
            <span className="sub">{t("totals.interval", { low: format.percent(conversion.low), high: format.percent(conversion.high) })}</span>
          )}
          {everyone?.conversion.share != null && (
            <span className="sub">{t("personas.everyone", { share: format.percent(everyone.conversion.share) })}</span>
          )}
        </p>
      </div>
      <div className="persona-way" role="img" aria-label={t("personas.way", { stages: stages.map((each) => `${stageName(each.stage)} ${format.percent(each.share.share)}`).join(t("common.comma")) })}>
        {stages.map((each) => (
          <span key={each.stage} style={{ height: `${(each.share.share ?? 0) * 100}%` }} />
        ))}
      </div>
    </div>
  );
}
