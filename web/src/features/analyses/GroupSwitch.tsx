// Whose numbers a picture shows, where it cannot show several groups side by side.
import { useTranslation } from "react-i18next";

import { Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import type { GroupOf } from "./groups";
import { shownGroups, useGroupWords } from "./groups";
import type { By, Only } from "./view";

/** The numbers of everyone, or of the group chosen; of everyone where the answer has no such group (any more). */
export function numbersOf<Numbers>(answer: Numbers & { groups?: readonly (Numbers & GroupOf)[] }, only: Only): Numbers {
  return answer.groups?.find((group) => sameAs(group, only)) ?? answer;
}

function sameAs({ group, value }: GroupOf, only: Only): boolean {
  return typeof only === "object" ? group === "value" && value === only.value : group === only;
}

interface Props<Group extends GroupOf> {
  groups: readonly Group[] | undefined;
  size: (group: Group) => number;
  by: By | null;
  only: Only;
  onChange: (only: Only) => void;
}

export function GroupSwitch<Group extends GroupOf>({ groups, size, by, only, onChange }: Props<Group>) {
  const { t } = useTranslation();
  const format = useFormat();
  const word = useGroupWords(by?.dimension);
  const held = shownGroups(groups, size);
  if (held.length === 0) return null;
  const chosen = held.findIndex((group) => sameAs(group, only));
  return (
    <div className="group-switch">
      <Picker
        label={t("groups.shown")}
        value={String(chosen)}
        choices={[{ id: "-1", label: t("groups.all") }, ...held.map((group, index) => ({ id: String(index), label: word(group), note: format.count(size(group)) }))]}
        onChange={(id) => {
          const group = held[Number(id)];
          onChange(!group ? "all" : group.group === "value" ? { value: group.value ?? "" } : group.group);
        }}
      />
    </div>
  );
}
