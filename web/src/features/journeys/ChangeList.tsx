// What changed between two versions of a journey, a line each.
import { useTranslation } from "react-i18next";

import type { Change, Journey } from "../../api/types";
import { useLocalized } from "../../ui/language";
import { asText, nameIn, placeOf } from "./changes";

/** `before` and `after`: the two definitions, which name what the changes are about. */
export function ChangeList({ changes, before, after }: { changes: readonly Change[]; before: Journey | undefined; after: Journey | undefined }) {
  return (
    <ul className="changes">
      {changes.map((change) => (
        <ChangeItem key={`${change.kind} ${change.path}`} change={change} definitions={change.kind === "removed" ? [before, after] : [after, before]} />
      ))}
    </ul>
  );
}

const MARKS = { added: "+", removed: "−", changed: "~", moved: "↕" } as const;

function ChangeItem({ change, definitions }: { change: Change; definitions: readonly (Journey | undefined)[] }) {
  const { t, i18n } = useTranslation();
  const localized = useLocalized();
  const place = placeOf(change.path);
  const name = localized(nameIn(definitions, place)) || place.id || "";
  const thing = place.kind === "journey" ? t("thing.journey") : t("thing.named", { thing: t(`thing.${place.kind}`), name });
  const stage = place.stage === null ? "" : localized(nameIn(definitions, { kind: "stage", id: place.stage })) || place.stage;
  const key = `field.${place.field}`;
  const field = place.field === null ? null : i18n.exists(key) ? t(key as "field.name") : place.field;
  const what = field === null ? thing : t("thing.field", { thing, field });
  return (
    <li className={`change of-${change.kind}`}>
      <p>
        <span className="change-mark" aria-hidden>
          {MARKS[change.kind]}
        </span>
        {t(`versions.${change.kind}`, { what })}
        {stage && <span className="sub"> {t("versions.inStage", { stage })}</span>}
      </p>
      {change.kind === "moved" ? <Moved change={change} definitions={definitions} /> : field !== null && <Values change={change} />}
    </li>
  );
}

function Moved({ change: { from, to }, definitions }: { change: Change; definitions: readonly (Journey | undefined)[] }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  if (!from || !to) return null;
  const at = (place: NonNullable<Change["from"]>) => {
    const n = place.position + 1;
    const stage = place.stage == null ? null : localized(nameIn(definitions, { kind: "stage", id: place.stage })) || place.stage;
    return stage === null ? t("versions.position", { n }) : t("versions.positionIn", { n, stage });
  };
  return (
    <p className="sub">
      {at(from)} → {at(to)}
    </p>
  );
}

/** Old and new; what is no text is shown as the definition holds it. */
function Values({ change: { before, after } }: { change: Change }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const write = (value: unknown) => {
    const text = asText(value, localized);
    return text === null ? <code className="wrap">{JSON.stringify(value)}</code> : <span>{text}</span>;
  };
  return (
    <dl className="change-values">
      {before != null && (
        <div>
          <dt className="sub">{t("versions.before")}</dt>
          <dd>{write(before)}</dd>
        </div>
      )}
      {after != null && (
        <div>
          <dt className="sub">{t("versions.after")}</dt>
          <dd>{write(after)}</dd>
        </div>
      )}
    </dl>
  );
}
