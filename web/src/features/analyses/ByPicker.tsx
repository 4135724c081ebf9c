// By what numbers are shown apart: a dimension, which event speaks for its subject, and which values or bands of numbers there are.
import { lazy, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { Chooser } from "../../ui/Chooser";
import { Picker } from "../../ui/Controls";
import { useFacetWords } from "../../ui/facet";
import { Fault } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useProperties } from "../../ui/rule/useProperties";
import { isTrait } from "../../ui/scope/group";
import { BANDS, BANDS_USUAL, holdsNumbers, isOpen, typedEdges, writtenEdges } from "./bands";
import { AT, BY_TOPS } from "./view";
import type { By } from "./view";

const DimensionChooser = lazy(() => import("./DimensionChooser"));

/** Stand for values as they are, and for boundaries of one's own, beside numbers of bands. */
const VALUES = "values";
const OWN = "own";

interface Props {
  workspace: string;
  by: By | null;
  /** Of a funnel, whose steps may speak. */
  steps: number;
  onChange: (by: By | null) => void;
}

export function ByPicker({ workspace, by, steps, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const name = by ? words.title(by.dimension) : t("by.none");
  return (
    <>
      <Chooser
        label={t("by.label")}
        closed={name}
        sections={[
          {
            options: [
              { label: t("by.none"), note: "", chosen: by === null, choose: () => onChange(null) },
              {
                label: t("by.choose"),
                chosen: by !== null,
                page: (done) => (
                  <DimensionChooser
                    workspace={workspace}
                    chosen={by?.dimension ?? null}
                    onChoose={(dimension, numbers) => {
                      onChange({ dimension, at: by?.at ?? "first", top: by?.top ?? 5, ...(numbers ? { bands: BANDS_USUAL } : {}) });
                      done();
                    }}
                  />
                ),
              },
            ],
          },
        ]}
      />
      {/* A trait is the same for all events of a customer. */}
      {by && !isTrait(by.dimension) && (
        <Picker
          label={t("by.at")}
          value={String(by.at)}
          choices={[
            ...AT.map((at) => ({ id: String(at), label: t(`by.at.${at}`) })),
            ...Array.from({ length: steps }, (_, index) => ({ id: String(index + 1), label: t("by.at.step", { n: index + 1 }) })),
          ]}
          onChange={(at) => onChange({ ...by, at: AT.find((each) => each === at) ?? Number(at) })}
        />
      )}
      {by && isOpen(by.dimension) && <OpenBands workspace={workspace} by={by} onChange={onChange} />}
      {by && holdsNumbers(by.dimension, []) && <BandsPicker by={by} onChange={onChange} />}
      {by && by.bands === undefined && (
        <Picker
          label={t("by.top")}
          value={String(by.top)}
          choices={[...new Set([...BY_TOPS, by.top])].toSorted((a, b) => a - b).map((top) => ({ id: String(top), label: format.whole(top) }))}
          onChange={(top) => onChange({ ...by, top: Number(top) })}
        />
      )}
    </>
  );
}

/** Of what may hold numbers: offered where the dictionary says so, and to those it is not shown to. */
function OpenBands({ workspace, by, onChange }: { workspace: string; by: By; onChange: (by: By) => void }) {
  const properties = useProperties(workspace);
  const offered = by.bands !== undefined || properties.length === 0 || holdsNumbers(by.dimension, properties);
  return offered && <BandsPicker by={by} onChange={onChange} />;
}

function BandsPicker({ by, onChange }: { by: By; onChange: (by: By) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bands, ...plain } = by;
  const counts = typeof bands === "number" ? [...new Set([...BANDS, bands])].toSorted((a, b) => a - b) : BANDS;
  const chosen = bands === undefined ? VALUES : typeof bands === "number" ? String(bands) : OWN;
  return (
    <>
      <Picker
        label={t("by.bands")}
        value={chosen}
        choices={[
          ...counts.map((count) => ({ id: String(count), label: t("by.bandsOf", { count, n: format.whole(count) }) })),
          { id: OWN, label: t("by.bandsOwn") },
          { id: VALUES, label: t("by.bandsNone") },
        ]}
        onChange={(id) => onChange(id === VALUES ? plain : { ...plain, bands: id === OWN ? [] : Number(id) })}
      />
      {typeof bands === "object" && <EdgesField key={writtenEdges(bands)} edges={bands} onChange={(edges) => onChange({ ...plain, bands: edges })} />}
    </>
  );
}

/** Taken once somebody leaves the field or presses Enter: half a number is another one. */
function EdgesField({ edges, onChange }: { edges: readonly number[]; onChange: (edges: number[]) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(writtenEdges(edges));
  const typed = typedEdges(text);
  const take = () => {
    if (typed && writtenEdges(typed) !== writtenEdges(edges)) onChange(typed);
  };
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {t("by.edges")}
      </label>
      <input
        id={id}
        className="input"
        autoComplete="off"
        placeholder="100, 500"
        value={text}
        aria-invalid={typed === null}
        {...(typed === null ? { "aria-describedby": `${id}-fault` } : {})}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) take();
        }}
      />
      <Fault id={`${id}-fault`} text={typed === null ? t("by.edgesFault") : undefined} />
    </div>
  );
}
