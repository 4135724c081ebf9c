// Words of the data dictionary: properties by their names in the interface, types, and what each rule found.
import { useTranslation } from "react-i18next";

import type { PropertyKind, QualityFinding } from "../../api/types";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { useRefusalName } from "../../ui/ingest";

export interface Words {
  /** What the interface calls a property, where it has a word for it. */
  property(name: string): string | null;
  kinds(kinds: readonly PropertyKind[]): string;
  /** What was found, in a sentence. */
  found(finding: QualityFinding): string;
}

export function useWords(): Words {
  const { t } = useTranslation();
  const format = useFormat();
  const facet = useFacetWords();
  const refusal = useRefusalName();
  const kind = (of: PropertyKind | null | undefined) => (of == null ? "" : t(`dictionary.type.${of}`));
  return {
    property: (name) => {
      const word = facet.dimension(name);
      return word === name || word === name.replace(/^traits\./, "") ? null : word;
    },
    kinds: (kinds) => kinds.map(kind).join(t("common.comma")),
    found: (finding) => {
      const share = finding.of > 0 ? finding.count / finding.of : null;
      return t(`quality.found.${finding.rule}`, {
        n: format.whole(finding.count),
        of: format.whole(finding.of),
        share: format.percent(share),
        usual: kind(finding.usual),
        found: kind(finding.found),
        reason: finding.code == null ? "" : refusal(finding.code),
      });
    },
  };
}
