// The personas of the journey, each with its numbers computed by the same map; choose one to see its map, or to compare.
import { useQuery } from "@tanstack/react-query";
import { Columns2, Map as MapIcon } from "lucide-react";
import { ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { MapAsk } from "../../api/queries";
import { personasQuery } from "../../api/queries";
import type { Persona, PersonaMetrics, PersonaNumbers } from "../../api/types";
import { NOTHING } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Working } from "../../ui/Working";
import { useFrame } from "./frame";
import { EVERYONE, sameGroup } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import { PersonaFigures } from "./PersonaFigures";
import { isLive } from "./personaList";
import type { MapView } from "./view";
import "./panels.css";

interface Props {
  ask: MapAsk;
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

export default function Personas({ ask, view, onChange }: Props) {
  const { t } = useTranslation();
  const query = personasQuery(ask);
  const answer = useQuery(query);
  const { map } = useFrame();
  const definitions = map.journey.definition.personas ?? [];
  return (
    <section className="card section panel" aria-labelledby="personas-title" aria-busy={answer.isFetching}>
      <header className="section-head">
        <h2 id="personas-title">{t("personas.title")}</h2>
        <p className="section-note">{t("personas.note")}</p>
      </header>
      <Working asked={answer} queryKey={query.queryKey} />
      <ul className={answer.isPlaceholderData ? "personas stale" : "personas"}>
        {definitions.map((persona) => (
          <PersonaCard
            key={persona.id}
            persona={persona}
            computing={answer.isFetching}
            metrics={answer.data?.personas.find((each) => each.id === persona.id)}
            everyone={answer.data?.everyone}
            view={view}
            onChange={onChange}
          />
        ))}
      </ul>
    </section>
  );
}

function PersonaCard({
  persona,
  computing,
  metrics,
  everyone,
  view,
  onChange,
}: {
  persona: Persona;
  computing: boolean;
  metrics: PersonaMetrics | undefined;
  everyone: PersonaNumbers | undefined;
} & Pick<Props, "view" | "onChange">) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map } = useFrame();
  const group: Group = { by: "persona", persona: persona.id };
  const hasRule = isLive(persona);
  const basis = metrics?.basis ?? (hasRule ? "live" : "assumption");
  const numbers = metrics?.numbers;
  const name = localized(persona.name);
  const isMap = sameGroup(view.of, group);
  const isCompared = view.compare.kind === "group" && sameGroup(view.compare.group, group);
  return (
    <li className={isMap ? "persona persona-chosen" : "persona"}>
      <p className="persona-head">
        <strong>{name}</strong>
        <span className={`badge basis of-${basis}`}>{t(`basis.${basis}`)}</span>
      </p>
      {persona.description && <p className="sub">{localized(persona.description)}</p>}
      {numbers ? <PersonaFigures name={name} numbers={numbers} everyone={everyone} definition={map.journey.definition} version={map.journey.version} /> : <p className="sub">{hasRule && !computing ? NOTHING : t(hasRule ? "personas.computing" : "personas.noRule")}</p>}
      {hasRule && (
        <p className="persona-actions">
          <ToggleButton
            className="button button-small"
            isSelected={isMap}
            onChange={(chosen) => onChange({ of: chosen ? group : EVERYONE })}
            aria-label={t("action.of", { action: t(isMap ? "personas.isMap" : "personas.map"), of: name })}
          >
            <MapIcon size={13} aria-hidden />
            {t(isMap ? "personas.isMap" : "personas.map")}
          </ToggleButton>
          <ToggleButton
            className="button button-small"
            isSelected={isCompared}
            onChange={(chosen) => onChange({ compare: chosen ? { kind: "group", group } : { kind: "none" } })}
            aria-label={t("action.of", { action: t(isCompared ? "personas.isCompared" : "personas.compare"), of: name })}
          >
            <Columns2 size={13} aria-hidden />
            {t(isCompared ? "personas.isCompared" : "personas.compare")}
          </ToggleButton>
        </p>
      )}
    </li>
  );
}
