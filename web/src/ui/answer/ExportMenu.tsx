// An answer as files: each of its tables as CSV, the whole of it as JSON, its picture where it has one; and all of it for a
// meeting, as a workbook, slides, or the page on paper or as PDF.
import { Download } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Document } from "../../api/types";
import { Button } from "../Controls";
import { save } from "../download";
import { ExportState } from "../exporting";
import { OFFICES, useOffice } from "../office";
import { pixels, standalone } from "./files";
import { useSampleName } from "../sample";
import { documentPicture, documentTable } from "./document";
import type { AnswerTable } from "./table";
import { toCsv } from "./table";

/** How long a menu takes to be gone. */
const CLOSING_MS = 300;

interface Props {
  /** Begins the files' names. */
  name: string;
  answer: unknown;
  /** Made when they are asked for: an answer may have thousands of rows. */
  tables: () => readonly AnswerTable[];
  /** The picture as it stands on the page; null where there is none. */
  picture: (() => SVGSVGElement | null) | null;
  /** What a file for a meeting says beside tables and picture. */
  meeting: Meeting;
}

export interface Meeting extends Omit<Document, "parts"> {
  workspace: string;
}

export function ExportMenu({ name, answer, tables, picture, meeting }: Props) {
  const { t } = useTranslation();
  const { workspace, ...head } = meeting;
  const office = useOffice(workspace, name, async () => {
    const drawn = picture?.();
    const parts: Document["parts"] = tables().map((table) => ({ part: "table", ...documentTable(table) }));
    return { ...head, parts: drawn ? [await documentPicture(drawn, head.title), ...parts] : parts };
  });
  const sample = useSampleName(workspace);
  const write = (key: string) => {
    const meant = OFFICES.find((format) => format === key);
    if (meant) return office.write(meant);
    const table = tables().find(({ id }) => `csv-${id}` === key);
    if (table) return save(`${name}-${table.id}.csv`, new Blob([toCsv(table)], { type: "text/csv;charset=utf-8" }));
    // As the page is printed: its text stays text. Once the menu is closed, which would be on the sheet.
    if (key === "print") return void setTimeout(() => window.print(), CLOSING_MS);
    if (key === "json") return save(`${name}.json`, new Blob([JSON.stringify(answer, null, 2)], { type: "application/json" }));
    const drawn = picture?.();
    if (!drawn) return;
    const drawing = standalone(drawn, sample === null ? null : [sample, head.title].join(" · "));
    if (key === "svg") return save(`${name}.svg`, new Blob([drawing.svg], { type: "image/svg+xml" }));
    office.state.write(`${name}.png`, async () => ({ content: await pixels(drawing), name: null }));
  };
  return (
    <>
      <ExportState of={office.state} />
      <MenuTrigger>
        <Button isPending={office.state.isPending}>
          <Download size={14} aria-hidden />
          {t("export.title")}
        </Button>
        <Popover className="popover" offset={4} placement="bottom end">
          <Choices tables={tables} picture={picture !== null} onChoose={(key) => write(key)} />
        </Popover>
      </MenuTrigger>
    </>
  );
}

/** What the open menu offers. */
function Choices({ tables, picture, onChoose }: { tables: Props["tables"]; picture: boolean; onChoose: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <Menu className="menu" aria-label={t("export.title")} onAction={(key) => onChoose(String(key))}>
      <MenuSection>
        <Header className="option-title">{t("export.meeting")}</Header>
        <MenuItem id="print" className="option" textValue={t("export.print")}>
          <span>{t("export.print")}</span>
          <span className="option-note">{t("export.printNote")}</span>
        </MenuItem>
        {OFFICES.map((format) => (
          <MenuItem key={format} id={format} className="option" textValue={t(`export.${format}`)}>
            <span>{t(`export.${format}`)}</span>
            <span className="option-note">{t(`export.${format}.note`)}</span>
          </MenuItem>
        ))}
      </MenuSection>
      <MenuSection>
        <Header className="option-title">{t("export.tables")}</Header>
        {tables().map((table) => (
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
  );
}
