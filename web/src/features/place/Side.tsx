// One of two pictures beside each other, which can be saved by itself.
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { Allowed } from "../../ui/Allowed";
import { pixels, standalone } from "../../ui/answer/files";
import { Button } from "../../ui/Controls";
import { ExportState, useExporting } from "../../ui/exporting";
import { useSampleName } from "../../ui/sample";

export function Side({ name, file, said, className = "", children }: { name: string; file: string; said: ReactNode; className?: string; children: ReactNode }) {
  const { t } = useTranslation();
  const card = useRef<HTMLElement>(null);
  const sample = useSampleName();
  const exporting = useExporting();
  const write = (form: "svg" | "png") => {
    const drawn = card.current?.querySelector<SVGSVGElement>("svg.picture");
    if (!drawn) return;
    const drawing = standalone(drawn, sample === null ? null : [sample, name].join(" · "));
    exporting.write(`${file}.${form}`, async () => ({ content: form === "svg" ? new Blob([drawing.svg], { type: "image/svg+xml" }) : await pixels(drawing), name: null }));
  };
  return (
    <section ref={card} className={`card place-card ${className}`} aria-label={name}>
      <header className="section-head">
        <div>
          <h2>{name}</h2>
          <p className="section-note">{said}</p>
        </div>
        <Allowed to="export">
          <div className="page-actions place-end place-side-actions">
            {(["svg", "png"] as const).map((form) => (
              <Button key={form} look="quiet" aria-label={t("action.of", { action: t(`export.${form}`), of: name })} onPress={() => write(form)}>
                <Download size={14} aria-hidden />
                {form.toUpperCase()}
              </Button>
            ))}
          </div>
        </Allowed>
      </header>
      <ExportState of={exporting} />
      {children}
    </section>
  );
}
