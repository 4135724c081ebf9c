// What was imported, newest first; rejected rows can be downloaded.
import { useTranslation } from "react-i18next";

import { rejectsFile } from "../../api/imports";
import type { ImportInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { ExportState, useExporting } from "../../ui/exporting";
import { NOTHING, useFormat } from "../../ui/format";
import { useLanguage } from "../../ui/language";
import { useMay } from "../../ui/rights";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";

export function History({ workspace, zone, imports }: { workspace: string; zone: string; imports: readonly ImportInfo[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const language = useLanguage();
  const exporting = useExporting();
  if (imports.length === 0) {
    return (
      <div className="card">
        <Empty title={t("importing.noneYet")}>
          <p>{t("importing.noneYetHow")}</p>
        </Empty>
      </div>
    );
  }
  return (
    <section className="card" aria-labelledby="imports-title">
      <header className="section-head">
        <h2 id="imports-title">{t("imports.title")}</h2>
      </header>
      <ExportState of={exporting} />
      <TableScroll label={t("imports.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("imports.file")}</th>
              <th scope="col">{t("imports.source")}</th>
              <th scope="col">{t("imports.state")}</th>
              {(["rows", "events", "duplicates", "rejected", "skipped"] as const).map((count) => (
                <th key={count} scope="col" className="numeric">
                  {t(`imports.${count}`)}
                </th>
              ))}
              <th scope="col">{t("imports.finished")}</th>
            </tr>
          </thead>
          <tbody>
            {imports.map((run) => (
              <tr key={run.batch}>
                <th scope="row">{run.file}</th>
                <td>{run.source}</td>
                <td>
                  <span className={run.state === "complete" ? "badge badge-accent" : "badge badge-bad"}>
                    <span aria-hidden>{run.state === "complete" ? "✓" : "!"}</span>
                    {t(`imports.${run.state}`)}
                  </span>
                </td>
                <td className="numeric">{format.whole(run.rows)}</td>
                <td className="numeric">{format.whole(run.events)}</td>
                <td className="numeric">{format.whole(run.duplicates)}</td>
                <td className="numeric">
                  {run.rejects_file != null && may("see_customers") ? (
                    <Button
                      look="quiet"
                      isDisabled={exporting.isPending}
                      aria-label={t("importing.rejectsOf", { n: format.whole(run.rejected), file: run.file })}
                      onPress={() => exporting.write(`${run.batch}.csv`, (signal) => rejectsFile(workspace, run.batch, language, signal))}
                    >
                      {format.whole(run.rejected)}
                    </Button>
                  ) : (
                    format.whole(run.rejected)
                  )}
                </td>
                <td className="numeric">{format.whole(run.skipped)}</td>
                <td className="moment">{run.finished_us == null ? NOTHING : format.dateTime(run.finished_us, zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
