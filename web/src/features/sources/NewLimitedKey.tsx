// A key that may send some things only: a browser's that may not say who somebody is, a partner's for one protocol.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { KeyKind, NewKey } from "../../api/types";
import { Ask } from "../../ui/Ask";
import { MultiPicker, Picker } from "../../ui/Controls";
import { KINDS, PROTOCOLS, scopeOf } from "./keyScope";
import { useMakeKey } from "./Keys";

const KEY_KINDS: readonly KeyKind[] = ["public", "secret"];

export function NewLimitedKey({ workspace, source, onFresh, onClose }: { workspace: string; source: string; onFresh: (key: NewKey) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<KeyKind>("public");
  const [chosen, setChosen] = useState({ protocols: [] as string[], kinds: ["event"] as string[] });
  const scope = scopeOf(chosen.protocols, chosen.kinds);
  const make = useMakeKey(workspace, source, (key) => {
    onFresh(key);
    onClose();
  });
  const some = (names: string[]) => (names.length === 0 ? t("keys.scope.all") : names.join(t("common.comma")));
  return (
    <Ask title={t("keys.limitedAsk")} action={t("keys.limitedDo")} run={{ ...make, mutate: () => make.mutate({ kind, ...scope }) }} onClose={onClose}>
      <p>{t("keys.limitedWhat")}</p>
      <div className="form">
        <Picker label={t("keys.kind")} value={kind} choices={KEY_KINDS.map((id) => ({ id, label: t(`keys.kind.${id}`) }))} onChange={setKind} />
        <MultiPicker
          label={t("keys.scope.kinds")}
          summary={some(scope.kinds.map((id) => t(`keys.scope.${id}`)))}
          values={chosen.kinds}
          choices={KINDS.map((id) => ({ id, label: t(`keys.scope.${id}`) }))}
          onChange={(kinds) => setChosen({ ...chosen, kinds })}
        />
        <MultiPicker
          label={t("keys.scope.protocols")}
          summary={some(scope.protocols.map((id) => t(`keys.protocol.${id}`)))}
          values={chosen.protocols}
          choices={PROTOCOLS.map((id) => ({ id, label: t(`keys.protocol.${id}`) }))}
          onChange={(protocols) => setChosen({ ...chosen, protocols })}
        />
      </div>
    </Ask>
  );
}
