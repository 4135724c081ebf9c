// What is to change: chosen from lists and by metres here, or on the plan; and the steps there are so far.
import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Floor, Plan } from "../../../api/types";
import { Button, Picker, Segmented } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { NumberCell } from "../editor/NumberCell";
import type { Change } from "./change";
import { NO_CHANGE, STEPS_MAX, countOf, withMove, withoutMove, withoutSwap } from "./change";
import type { Fault } from "./layout";
import { notSwapped, offers, zonesOf } from "./layout";
import type { Mode } from "./NowPlan";
import type { StepWords } from "./words";

interface Props {
  floor: Floor;
  change: Change;
  mode: Mode;
  first: string | null;
  /** Plans a change can lead to. */
  plans: readonly Plan[];
  words: StepWords;
  fault: Fault | null;
  onMode: (mode: Mode) => void;
  /** A zone was chosen, as by pressing it on the plan. */
  onZone: (zone: string) => void;
  onChange: (change: Change) => void;
}

const NONE = "";
const MODES = ["swap", "move", "plan"] as const;

export function ChangeForm(props: Props) {
  const { t } = useTranslation();
  const { mode, change, fault, words, onMode } = props;
  return (
    <section className="card forecast-form" aria-labelledby="forecast-change">
      <header className="section-head">
        <h2 id="forecast-change">{t("place.forecast.change")}</h2>
        <p className="section-note">{t("place.forecast.changeHow")}</p>
      </header>
      <div className="place-bar">
        <Segmented label={t("place.forecast.change")} value={mode} choices={MODES.map((id) => ({ id, label: t(`place.forecast.mode.${id}`) }))} onChange={onMode} />
        {countOf(change) < STEPS_MAX && <Choice {...props} />}
      </div>
      {mode === "plan" && props.plans.length === 0 && <p className="sub">{t("place.forecast.noPlans")}</p>}
      {countOf(change) > 0 && <Steps {...props} />}
      {countOf(change) > 1 && (
        <p>
          <Button look="quiet" onPress={() => props.onChange(NO_CHANGE)}>
            {t("place.forecast.clear")}
          </Button>
        </p>
      )}
      {fault && (
        <p className="form-fault" role="alert">
          {words.fault(fault)}
        </p>
      )}
    </section>
  );
}

/** What the next step is of. */
function Choice({ mode, floor, change, first, plans, onZone, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const none = { id: NONE, label: t("place.forecast.pick") };
  const zones = zonesOf(floor);
  const one = zones.find(({ id }) => id === first);
  const list = (why: (zone: (typeof zones)[number]) => ReturnType<typeof notSwapped>) =>
    zones.filter(offers).map((zone) => {
      const not = why(zone);
      const note = not === null || not === "itself" ? zone.category : t(`place.forecast.not.${not}`);
      return { id: zone.id, label: localized(zone.name), disabled: not !== null, ...(note == null ? {} : { note }) };
    });
  if (mode === "plan") {
    return plans.length === 0 ? null : (
      <Picker
        label={t("place.forecast.toWhich")}
        value={change.plan ?? NONE}
        choices={[none, ...plans.map(({ from, note }) => ({ id: from, label: t("place.forecast.planFrom", { day: format.day(from) }), ...(note == null ? {} : { note }) }))]}
        onChange={(plan) => onChange({ ...NO_CHANGE, plan: plan === NONE ? null : plan })}
      />
    );
  }
  if (mode === "move") return <Picker label={t("place.forecast.which")} value={NONE} choices={[none, ...list(() => null)]} onChange={(zone) => zone !== NONE && onZone(zone)} />;
  return (
    <>
      <Picker label={t("place.forecast.one")} value={first ?? NONE} choices={[none, ...list(() => null)]} onChange={(zone) => (zone === NONE ? first !== null && onZone(first) : onZone(zone))} />
      {one && <Picker label={t("place.forecast.other")} value={NONE} choices={[none, ...list((zone) => notSwapped(one, zone))]} onChange={(zone) => zone !== NONE && onZone(zone)} />}
    </>
  );
}

/** The steps so far, each of which can be taken back. */
function Steps({ change, words, onChange }: Props) {
  const { t } = useTranslation();
  const back = (step: string, to: Change) => (
    <Button look="quiet" icon aria-label={t("place.forecast.remove", { step })} onPress={() => onChange(to)}>
      <Undo2 size={14} aria-hidden />
    </Button>
  );
  return (
    <ol className="forecast-steps" aria-label={t("place.forecast.steps")}>
      {change.plan !== null && (
        <li>
          <span>{words.all(change)}</span>
          {back(words.all(change), NO_CHANGE)}
        </li>
      )}
      {change.swaps.map(([one, other], at) => (
        <li key={`${one} ${other} ${at}`}>
          <span>{words.swap(one, other)}</span>
          {back(words.swap(one, other), withoutSwap(change, at))}
        </li>
      ))}
      {change.moves.map(({ zone, by_m: [right, up] }) => (
        <li key={zone}>
          <span>{words.move(zone, [right, up])}</span>
          <span className="forecast-metres">
            <span aria-hidden>→</span>
            <NumberCell label={t("place.forecast.rightM", { zone: words.zone(zone) })} value={right} onCommit={(metres) => onChange(withMove(change, zone, [metres ?? 0, up]))} />
            <span aria-hidden>↑</span>
            <NumberCell label={t("place.forecast.upM", { zone: words.zone(zone) })} value={up} onCommit={(metres) => onChange(withMove(change, zone, [right, metres ?? 0]))} />
            {t("place.forecast.metres")}
          </span>
          {back(words.move(zone, [right, up]), withoutMove(change, zone))}
        </li>
      ))}
    </ol>
  );
}
