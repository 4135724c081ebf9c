// What customers who were hit met and said: errors they were shown, and their own words.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { painVoicesQuery } from "../../api/queries";
import type { Journey, Voice, WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { usePlaces } from "../../ui/places";
import { Working } from "../../ui/Working";

interface Props {
  workspace: WorkspaceInfo;
  pain: string;
  definition: Journey | undefined;
}

export function Voices({ workspace, pain, definition }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = painVoicesQuery(workspace.id, pain);
  const voices = useQuery(query);
  return (
    <section className="card pain-card" aria-labelledby="pain-voices">
      <h2 id="pain-voices">{t("pain.voices")}</h2>
      <Working asked={voices} queryKey={query.queryKey} begun={t("pain.voicesReading")}>
        <div className="skeleton" aria-hidden />
      </Working>
      {voices.data && (
        <>
          <p className="sub">
            {voices.data.read < voices.data.customers
              ? t("pain.voicesSome", { read: format.whole(voices.data.read), all: format.whole(voices.data.customers) })
              : t("pain.voicesAll", { n: format.whole(voices.data.customers) })}
          </p>
          <Said title={t("pain.voicesErrors")} none={t("pain.voicesErrorsNone")} voices={voices.data.errors} workspace={workspace} definition={definition} />
          <Said title={t("pain.voicesTexts")} none={t("pain.voicesTextsNone")} voices={voices.data.texts} workspace={workspace} definition={definition} />
        </>
      )}
    </section>
  );
}

interface SaidProps {
  title: string;
  none: string;
  voices: Voice[];
  workspace: WorkspaceInfo;
  definition: Journey | undefined;
}

function Said({ title, none, voices, workspace, definition }: SaidProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = useChannelName();
  const count = useCount();
  const places = usePlaces(definition);
  return (
    <div className="voices">
      <h3>{title}</h3>
      {voices.length === 0 && <p className="sub">{none}</p>}
      <ul>
        {voices.map(({ words, customers, example }) => (
          <li key={words}>
            <q className="voice-words">{words}</q>
            <span className="sub">
              {count("customers", customers)}
              {" · "}
              <Link to="/w/$workspace/customers/$customer" params={{ workspace: workspace.id, customer: example.customer }} search={{}}>
                {t("pain.voiceExample", {
                  place: example.touchpoint ? places.touchpoint(example.touchpoint) : example.event,
                  channel: channel(example.channel),
                  day: format.date(example.time_us, workspace.zone),
                })}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
