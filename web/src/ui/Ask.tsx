// Asks before something is done that is not easily undone.
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Button } from "./Controls";
import { Failure } from "./States";

interface Props {
  title: string;
  /** What the button that does it says. */
  action: string;
  /** The mutation behind the button; its failure is shown here. */
  run: { mutate: () => void; isPending: boolean; error: Error | null };
  disabled?: boolean;
  onClose: () => void;
  /** What will happen. */
  children: ReactNode;
}

export function Ask({ title, action, run, disabled = false, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="ask">
        <Dialog role="alertdialog" className="ask-body">
          <Heading slot="title">{title}</Heading>
          {children}
          {run.error && <Failure error={run.error} />}
          <div className="form-actions">
            <Button look="primary" isDisabled={run.isPending || disabled} onPress={() => run.mutate()}>
              {action}
            </Button>
            <Button onPress={onClose}>{t("common.cancel")}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
