// The map as a picture or pages, of the people and period it shows, and its definition as text.
import { Download } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { address, path } from "../../api/client";
import { PATHS } from "../../api/paths";
import type { JourneyMap } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useLanguage } from "../../ui/language";

const PICTURES = ["pdf", "png", "svg"] as const;
const MEETING = ["pptx", "xlsx"] as const;
const TEXTS = ["yaml", "json"] as const;

export function ExportMenu({ workspace, journey, version, map }: { workspace: string; journey: string; version: number | null; map: JourneyMap | undefined }) {
  const { t } = useTranslation();
  const lang = useLanguage();
  const file = path(PATHS.export, { workspace, journey });
  // Files are printed and passed on, so they are light whatever the screen is.
  const picture = (format: string) => address(file, { format, lang, ...(map ? { question: map.meta.question } : { version }) });
  const text = (format: string) => address(file, { format, version: map?.journey.version ?? version });
  return (
    <MenuTrigger>
      <Button>
        <Download size={14} aria-hidden />
        {t("export.title")}
      </Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Menu className="menu" aria-label={t("export.title")}>
          {(
            [
              ["export.picture", PICTURES],
              ["export.meeting", MEETING],
            ] as const
          ).map(([title, formats]) => (
            <MenuSection key={title}>
              <Header className="option-title">{t(title)}</Header>
              {formats.map((format) => (
                <MenuItem key={format} id={format} className="option" textValue={t(`export.${format}`)} href={picture(format)} download>
                  <span>{t(`export.${format}`)}</span>
                  <span className="option-note">{t(`export.${format}.note`)}</span>
                </MenuItem>
              ))}
            </MenuSection>
          ))}
          <MenuSection>
            <Header className="option-title">{t("export.definition")}</Header>
            {TEXTS.map((format) => (
              <MenuItem key={format} id={format} className="option" href={text(format)} download>
                {t(`export.${format}`)}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
