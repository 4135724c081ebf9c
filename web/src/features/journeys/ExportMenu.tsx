// The map as a picture or pages, of the people and period it shows, and its definition as text.
import { Download } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { requestFile } from "../../api/client";
import { PATHS } from "../../api/paths";
import { tracked } from "../../api/running";
import type { JourneyMap } from "../../api/types";
import { Button } from "../../ui/Controls";
import { ExportState, useExporting } from "../../ui/exporting";
import { useLanguage } from "../../ui/language";

const PICTURES = ["pdf", "png", "svg"] as const;
const MEETING = ["pptx", "xlsx"] as const;
const TEXTS = ["yaml", "json"] as const;

export function ExportMenu({ workspace, journey, version, map }: { workspace: string; journey: string; version: number | null; map: JourneyMap | undefined }) {
  const { t } = useTranslation();
  const lang = useLanguage();
  const exporting = useExporting();
  const write = (chosen: string) => {
    const format = [...PICTURES, ...MEETING, ...TEXTS].find((each) => each === chosen);
    if (!format) return;
    const isText = TEXTS.some((each) => each === format);
    // Files are printed and passed on, so they are light whatever the screen is.
    const query = { format, ...(isText ? { version: map?.journey.version ?? version } : { lang, ...(map ? { question: map.meta.question } : { version }) }) };
    exporting.write(`${journey}.${format}`, (signal, key) => tracked(key, (queryId) => requestFile("GET", PATHS.export, { path: { workspace, journey }, query, signal, queryId })));
  };
  return (
    <>
      <ExportState of={exporting} />
      <MenuTrigger>
        <Button isPending={exporting.isPending}>
          <Download size={14} aria-hidden />
          {t("export.title")}
        </Button>
        <Popover className="popover" offset={4} placement="bottom end">
          <Menu className="menu" aria-label={t("export.title")} onAction={(key) => write(String(key))}>
            {(
              [
                ["export.picture", PICTURES],
                ["export.meeting", MEETING],
              ] as const
            ).map(([title, formats]) => (
              <MenuSection key={title}>
                <Header className="option-title">{t(title)}</Header>
                {formats.map((format) => (
                  <MenuItem key={format} id={format} className="option" textValue={t(`export.${format}`)}>
                    <span>{t(`export.${format}`)}</span>
                    <span className="option-note">{t(`export.${format}.note`)}</span>
                  </MenuItem>
                ))}
              </MenuSection>
            ))}
            <MenuSection>
              <Header className="option-title">{t("export.definition")}</Header>
              {TEXTS.map((format) => (
                <MenuItem key={format} id={format} className="option">
                  {t(`export.${format}`)}
                </MenuItem>
              ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}
