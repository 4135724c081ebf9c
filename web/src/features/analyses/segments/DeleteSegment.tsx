// Asks before a segment and all its versions are gone. One that another segment names stays, and it says which.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { deleteSegment, segmentsQuery } from "../../../api/segments";
import { Ask } from "../../../ui/Ask";
import { useLocalized } from "../../../ui/language";
import { namedIn, treeOf } from "./who";

interface Props {
  workspace: string;
  segment: string;
  name: string;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteSegment({ workspace, segment, name, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const others = useQuery(segmentsQuery(workspace)).data?.segments ?? [];
  const users = others.filter((other) => namedIn(treeOf(other.segment.who)).includes(segment)).map((other) => t("segments.quoted", { name: localized(other.segment.name) }));
  const remove = useMutation({ mutationFn: () => deleteSegment(workspace, segment), onSuccess: onDeleted });
  return (
    <Ask title={t("segments.deleteAsk", { name })} action={t("segments.deleteDo")} run={remove} disabled={users.length > 0} onClose={onClose}>
      <p>{t("segments.deleteWhat")}</p>
      {users.length > 0 && <p className="form-fault">{t("segments.inUse", { names: users.join(t("common.comma")) })}</p>}
    </Ask>
  );
}
