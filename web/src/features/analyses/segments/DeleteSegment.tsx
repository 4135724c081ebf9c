// Asks before a segment and all its versions are gone. One that another segment names stays, and it says which.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { deleteSegment, segmentsQuery } from "../../../api/segments";
import { Button } from "../../../ui/Controls";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
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
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="ask">
        <Dialog role="alertdialog" className="ask-body">
          <Heading slot="title">{t("segments.deleteAsk", { name })}</Heading>
          <p>{t("segments.deleteWhat")}</p>
          {users.length > 0 && <p className="form-fault">{t("segments.inUse", { names: users.join(t("common.comma")) })}</p>}
          {remove.error && <Failure error={remove.error} />}
          <div className="form-actions">
            <Button look="primary" isDisabled={remove.isPending || users.length > 0} onPress={() => remove.mutate()}>
              {t("segments.deleteDo")}
            </Button>
            <Button onPress={onClose}>
              {t("common.cancel")}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
