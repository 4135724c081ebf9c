// What a page shows as a file for a meeting, where there is nothing else to take along.
import { Download } from "lucide-react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Document } from "../api/types";
import { Button } from "./Controls";
import { ExportState } from "./exporting";
import { OFFICES, useOffice } from "./office";

interface Props {
  workspace: string;
  /** Begins the file's name. */
  name: string;
  document: () => Document;
}

export function MeetingMenu({ workspace, name, document }: Props) {
  const { t } = useTranslation();
  const office = useOffice(workspace, name, document);
  return (
    <>
      <ExportState of={office.state} />
      <MenuTrigger>
        <Button isPending={office.state.isPending}>
          <Download size={14} aria-hidden />
          {t("export.title")}
        </Button>
        <Popover className="popover" offset={4} placement="bottom end">
          <Menu className="menu" aria-label={t("export.title")} onAction={(key) => OFFICES.filter((format) => format === key).forEach((format) => office.write(format))}>
            {OFFICES.map((format) => (
              <MenuItem key={format} id={format} className="option" textValue={t(`export.${format}`)}>
                <span>{t(`export.${format}`)}</span>
                <span className="option-note">{t(`export.${format}.note`)}</span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}
