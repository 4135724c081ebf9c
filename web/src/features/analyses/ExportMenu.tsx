// An answer as files: each of its tables as CSV, the whole of it as JSON, its picture where it has one.
import { Download } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Controls";
import { save } from "../../ui/download";
import { pixels, standalone } from "./files";
import type { AnswerTable } from "./table";
import { toCsv } from "./table";

interface Props {
  /** Begins the files' names. */
  name: string;
  answer: unknown;
  tables: readonly AnswerTable[];
  /** The picture as it stands on the page; null where there is none. */
  picture: (() => SVGSVGElement | null) | null;
}

export function ExportMenu({ name, answer, tables, picture }: Props) {
  const { t } = useTranslation();
  const write = async (key: string) => {
    const table = tables.find(({ id }) => `csv-${id}` === key);
    if (table) return save(`${name}-${table.id}.csv`, new Blob([toCsv(table)], { type: "text/csv;charset=utf-8" }));
    if (key === "json") return save(`${name}.json`, new Blob([JSON.stringify(answer, null, 2)], { type: "application/json" }));
    const drawn = picture?.();
    if (!drawn) return;
    const svg = standalone(drawn);
    if (key === "svg") return save(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
    save(`${name}.png`, await pixels(svg, drawn.clientWidth, drawn.clientHeight));
  };
  return (
    <MenuTrigger>
      <Button>
        <Download size={14} aria-hidden />
        {t("export.title")}
      </Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Menu className="menu" aria-label={t("export.title")} onAction={(key) => void write(String(key))}>
          <MenuSection>
            <Header className="option-title">{t("export.tables")}</Header>
            {tables.map((table) => (
              <MenuItem key={table.id} id={`csv-${table.id}`} className="option" textValue={table.title}>
                <span>{table.title}</span>
                <span className="option-note">{t("export.csv")}</span>
              </MenuItem>
            ))}
            <MenuItem id="json" className="option" textValue={t("export.answer")}>
              <span>{t("export.answer")}</span>
              <span className="option-note">{t("export.json")}</span>
            </MenuItem>
          </MenuSection>
          {picture && (
            <MenuSection>
              <Header className="option-title">{t("export.drawing")}</Header>
              {(["svg", "png"] as const).map((format) => (
                <MenuItem key={format} id={format} className="option">
                  {t(`export.${format}`)}
                </MenuItem>
              ))}
            </MenuSection>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
