// What came of a comparison: the sentence, both sides, the difference with its interval, day by day, and what has to be known.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ChangeResult, ComparedSide, KeptChange, WorkspaceInfo } from "../../api/types";
import { Num } from "../../ui/explain";
import type { Explained } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { Days } from "./Days";
import { Verdict } from "../../ui/change/Verdict";
import { useChangeWords } from "../../ui/change/words";

interface Props {
  workspace: WorkspaceInfo;
  kept: KeptChange;
  result: ChangeResult;
}

export function Result({ workspace, kept, result }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { windows } = result;
  const label = localized(result.label);
  const days = windows.days;
  return (
    <>
      <section className="card change-card" aria-labelledby="change-result">
        <h2 id="change-result" className="change-label">
          {label} <Verdict verdict={result.verdict} />
        </h2>
        <p className="change-notice">{localized(result.notice)}</p>
        <dl className="change-sides">
          <Side name={t("change.before")} when={t("change.span", { from: format.day(windows.before_from), to: format.day(dayBefore(windows.before_to)) })} side={result.before} result={result} />
          {result.after && days > 0 && (
            <Side name={t("change.after")} when={t("change.span", { from: format.day(windows.after_from), to: format.day(dayBefore(windows.after_to)) })} side={result.after} result={result} />
          )}
          <Difference result={result} />
        </dl>
        <p className="change-sentence">{localized(result.sentence)}</p>
      </section>
      <Days workspace={workspace} result={result} label={label} />
      {result.group && <Group result={result} name={kept.change.group?.name ?? ""} />}
      <section className="card change-card" aria-labelledby="change-caveats">
        <h2 id="change-caveats">{t("change.caveats")}</h2>
        <ul className="change-caveats">
          {result.caveats.map((caveat) => (
            <li key={localized(caveat)}>{localized(caveat)}</li>
          ))}
          {result.others.length > 0 && (
            <li>
              {t("change.others")}
              <ul>
                {result.others.map(({ id, day, title }) => (
                  <li key={id}>
                    <Link to="/w/$workspace/changes/$change" params={{ workspace: workspace.id, change: String(id) }}>
                      {title}
                    </Link>{" "}
                    <span className="sub">{format.day(day)}</span>
                  </li>
                ))}
              </ul>
            </li>
          )}
          <li>{t("change.always")}</li>
          {days > 0 && <li>{t("change.lookAhead", { time: format.duration(windows.look_ahead_s) })}</li>}
        </ul>
      </section>
    </>
  );
}

/** Windows end before their last day. */
function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function Side({ name, when, side, result }: { name: string; when: string; side: ComparedSide; result: ChangeResult }) {
  const localized = useLocalized();
  const words = useChangeWords();
  const { headline, meta } = side;
  const label = localized(headline.label);
  const value = words.value(result.of, headline.value);
  const explain = (): Explained => ({
    title: `${name} · ${label}`,
    value,
    definition: sentence(`${label}: ${localized(meta.definition)}`),
    question: meta.question,
    meta,
    ...(headline.people ? { pick: headline.people.pick } : {}),
  });
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Num className="change-number" of={`${name} · ${label}`} explain={explain}>
          {value}
        </Num>
        <span className="sub">{words.base(side)}</span>
        <span className="sub">{when}</span>
      </dd>
    </div>
  );
}

function Difference({ result }: { result: ChangeResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useChangeWords();
  const { effect, of } = result;
  if (!effect) return null;
  return (
    <div>
      <dt>{t("change.difference")}</dt>
      <dd>
        <span className="change-number">{words.effect(of, effect)}</span>
        {effect.low != null && <span className="sub">{words.interval(of, effect)}</span>}
        {effect.relative != null && <span className="sub">{t("change.relative", { change: format.change(effect.relative) })}</span>}
        <span className="sub">{t(`change.method.${effect.method}`)}</span>
      </dd>
    </div>
  );
}

function Group({ result, name }: { result: ChangeResult; name: string }) {
  const { t } = useTranslation();
  const words = useChangeWords();
  const { group, of } = result;
  if (!group) return null;
  return (
    <section className="card change-card" aria-labelledby="change-group">
      <h2 id="change-group">{t("change.groupOf", { name })}</h2>
      <dl className="change-sides">
        <Side name={t("change.before")} when="" side={group.before} result={result} />
        <Side name={t("change.after")} when="" side={group.after} result={result} />
        {group.effect && (
          <div>
            <dt>{t("change.difference")}</dt>
            <dd>
              <span className="change-number">{words.effect(of, group.effect)}</span>
              <span className="sub">{words.interval(of, group.effect)}</span>
            </dd>
          </div>
        )}
        {group.net && (
          <div>
            <dt>{t("change.net")}</dt>
            <dd>
              <span className="change-number">{words.net(of, group.net)}</span>
              <span className="sub">{t("change.netAbout")}</span>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
