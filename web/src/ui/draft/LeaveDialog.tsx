// Asks before unsaved work is left.
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Button } from "../Controls";

export function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  const { t } = useTranslation();
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onStay()}>
      <Modal className="ask">
        <Dialog role="alertdialog" className="ask-body">
          <Heading slot="title">{t("editor.leaveTitle")}</Heading>
          <p>{t("editor.leaveWhat")}</p>
          <div className="form-actions">
            <Button look="primary" onPress={onStay}>
              {t("editor.keepEditing")}
            </Button>
            <Button onPress={onLeave}>{t("editor.leave")}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
