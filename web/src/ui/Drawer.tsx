// A panel over the page's end: a title, a way to close it, and what it holds.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Button } from "./Controls";

export function Drawer({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="drawer">
        <Dialog className="drawer-body">
          <header className="drawer-head">
            <Heading slot="title" className="drawer-title">
              {title}
            </Heading>
            <Button look="quiet" icon aria-label={t("common.close")} onPress={onClose}>
              <X size={16} aria-hidden />
            </Button>
          </header>
          <div className="drawer-content">{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
