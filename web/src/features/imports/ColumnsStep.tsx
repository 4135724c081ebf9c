// The second step: what each column means, and what the file does not say itself. Whoever wants more writes the mapping.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { suggestionQuery } from "../../api/imports";
import type { MappingSuggestion, UploadInfo, WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { StepTitle } from "../../ui/files/StepTitle";
import { useFormat } from "../../ui/format";
import { Progress } from "../../ui/States";
import { ColumnTable } from "./ColumnTable";
import { Doubts } from "./Doubts";
import { ImportFault } from "./ImportFault";
import { Rest } from "./Rest";
import { Zone } from "./Zone";
import { documentOf, draftOf, isTabular, lacksOf, yamlOf } from "./mapping";
import type { Draft } from "./mapping";

/** What a person says of a file. */
export interface Meaning {
  sheet: string | null;
  /** The table, as it was filled in; null: untouched. */
  draft: Draft | null;
  /** The document they wrote in its place; null: the table counts. */
  text: string | null;
  /** What the server is told. */
  mapping: string;
}

interface Props {
  workspace: WorkspaceInfo;
  upload: UploadInfo;
  /** What was said before, to go on with. */
  said: Meaning | null;
  onSay: (meaning: Meaning) => void;
  onBack: () => void;
  onNext: () => void;
}

export function ColumnsStep({ workspace, upload, said, onSay, onBack, onNext }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [sheet, setSheet] = useState(said?.sheet ?? null);
  const query = suggestionQuery(workspace.id, upload.id, sheet);
  const { data: suggestion, error, refetch } = useQuery(query);
  return (
    <>
      <div className="wizard-head">
        <StepTitle>{upload.name}</StepTitle>
        {suggestion && <span className="sub">{t("importing.looked", { format: suggestion.format.toUpperCase(), n: format.whole(suggestion.rows) })}</span>}
        {suggestion && suggestion.sheets.length > 1 && (
          <Picker label={t("importing.sheet")} value={suggestion.sheet ?? ""} choices={suggestion.sheets.map((id) => ({ id, label: id }))} onChange={setSheet} />
        )}
      </div>
      {error ? (
        <>
          <ImportFault error={error} retry={() => void refetch()} />
          <div className="form-actions">
            <Button onPress={onBack}>{t("importing.otherFile")}</Button>
            {sheet !== null && <Button onPress={() => setSheet(null)}>{t("importing.firstSheet")}</Button>}
          </div>
        </>
      ) : suggestion === undefined ? (
        <>
          <div className="skeleton" role="status" aria-label={t("importing.looking")} />
          <Progress queryKey={query.queryKey} />
        </>
      ) : (
        <Said key={sheet ?? ""} workspace={workspace} suggestion={suggestion} sheet={sheet} said={said?.sheet === sheet ? said : null} onSay={onSay} onBack={onBack} onNext={onNext} />
      )}
    </>
  );
}

function Said({ workspace, suggestion, sheet, said, onSay, onBack, onNext }: Omit<Props, "upload"> & { suggestion: MappingSuggestion; sheet: string | null }) {
  const { t } = useTranslation();
  const begun = draftOf(suggestion, workspace.zone);
  const [draft, setDraft] = useState(said?.draft ?? begun);
  // Of corrected rows the mapping is somebody's own, and may say more than a table does.
  const own = suggestion.corrects != null && !isTabular(suggestion) ? suggestion.yaml : null;
  const [text, setText] = useState(said ? said.text : own);
  const [tried, setTried] = useState(false);
  const lacks = lacksOf(draft, suggestion);
  const body = useRef<HTMLDivElement>(null);
  const next = () => {
    setTried(true);
    if (text === null && lacks.length > 0) {
      // Once it is shown: the table where no column says it, else the first field that is not right.
      const wrong = lacks.some((lack) => lack === "time" || lack === "identifier") ? ".column-table" : '[aria-invalid="true"]';
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(wrong)?.focus());
      return;
    }
    const mapping = text ?? JSON.stringify(documentOf(draft, suggestion), null, 1);
    onSay({ sheet, draft, text, mapping });
    onNext();
  };
  const shown = tried ? lacks : [];
  return (
    <div ref={body} className="wizard-columns">
      {text === null ? (
        <>
          {suggestion.corrects != null && <p className="sub">{t("importing.corrects", { name: suggestion.corrects })}</p>}
          <Zone workspace={workspace} suggestion={suggestion} draft={draft} wrong={shown.includes("zone")} onChange={setDraft} />
          <Doubts suggestion={suggestion} draft={draft} onChange={setDraft} />
          <ColumnTable suggestion={suggestion} draft={draft} lacks={shown} onChange={setDraft} />
          <Rest workspace={workspace} suggestion={suggestion} draft={draft} lacks={shown} onChange={setDraft} />
        </>
      ) : (
        <TextField label={t("importing.document")} lines={18} value={text} onChange={setText} hint={t("importing.documentHint")} />
      )}
      <div className="form-actions">
        <Button look="primary" onPress={next}>
          {t("importing.try")}
        </Button>
        <Button onPress={onBack}>{t("importing.otherFile")}</Button>
        {text === null ? (
          <Button look="quiet" onPress={() => setText(yamlOf(documentOf(draft, suggestion)))}>
            {t("importing.write")}
          </Button>
        ) : (
          <Button look="quiet" onPress={() => setText(null)}>
            {t("importing.backToTable")}
          </Button>
        )}
      </div>
    </div>
  );
}
