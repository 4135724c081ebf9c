// Known places of a picture: pressed on it or typed, each with its metres on the floor, and how far the fit misses it. Three always
// fit; a fourth shows the error.
import { Plus, X } from "lucide-react";
import type { PointerEvent } from "react";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useElementWidth } from "../../../charts/width";
import { Button } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { TableScroll } from "../../../ui/TableScroll";
import type { DraftPoint } from "./parts";
import { useBitmap } from "./bitmap";
import { POINTS_LEAST, isWhole } from "./parts";

interface Props {
  file: File;
  points: readonly DraftPoint[];
  /** How far each is missed by, of those that are typed whole, in their order; null while it is not known. */
  misses: readonly number[] | null;
  residual: number | null;
  onChange: (points: readonly DraftPoint[]) => void;
}

const HIGHEST = 460;
const tenths = (pixels: number) => String(Math.round(pixels * 10) / 10);

export function ControlPoints({ file, points, misses, residual, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [ref, width] = useElementWidth();
  const image = useBitmap(file);
  const fields = useRef<HTMLTableElement>(null);
  const scale = image ? Math.min(width / image.width, HIGHEST / image.height) : 0;
  const shown = useCallback((canvas: HTMLCanvasElement | null) => void (image && canvas?.getContext("2d")?.drawImage(image, 0, 0)), [image]);
  const add = (pixel: DraftPoint["pixel"]) => {
    const id = Math.max(0, ...points.map((point) => point.id)) + 1;
    onChange([...points, { id, pixel, metres: ["", ""] }]);
    // Next its metres are typed; of a point without a place, where it is.
    const field = pixel[0] === "" ? 0 : 2;
    requestAnimationFrame(() => fields.current?.querySelectorAll<HTMLInputElement>("tbody tr:last-child input")[field]?.focus());
  };
  const press = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    add([tenths((event.clientX - box.left) / scale), tenths((event.clientY - box.top) / scale)]);
  };
  const set = (id: number, change: Partial<DraftPoint>) => onChange(points.map((point) => (point.id === id ? { ...point, ...change } : point)));
  // Misses come in the order of those that are typed whole.
  const whole = points.filter(isWhole);
  return (
    <div className="place-points">
      <div ref={ref} className="place-picture">
        {image && width > 0 && (
          <div style={{ width: image.width * scale, height: image.height * scale }}>
            <canvas ref={shown} role="img" aria-label={t("place.setup.picture", { name: file.name })} width={image.width} height={image.height} />
            {/* Points can be typed into the table as well: that is the keyboard's way. */}
            <svg className="place-picture-points" width={image.width * scale} height={image.height * scale} aria-hidden onPointerDown={press}>
              {points.map(({ id, pixel }, index) => {
                const [x, y] = [Number(pixel[0]) * scale, Number(pixel[1]) * scale];
                return pixel[0] === "" || pixel[1] === "" || !Number.isFinite(x + y) ? null : (
                  <g key={id}>
                    <path d={`M${x - 9},${y}H${x + 9}M${x},${y - 9}V${y + 9}`} />
                    <text x={x + 8} y={y - 6}>
                      {index + 1}
                    </text>
                  </g>
                );
              })}
            </svg>
          </div>
        )}
      </div>
      <p className="sub">{t("place.setup.pointsHow")}</p>
      <TableScroll label={t("place.setup.points")}>
        <table className="table place-corners" ref={fields}>
          <thead>
            <tr>
              <th scope="col">{t("place.editor.corner")}</th>
              <th scope="col">{t("place.setup.px")}</th>
              <th scope="col">{t("place.setup.py")}</th>
              <th scope="col">x (m)</th>
              <th scope="col">y (m)</th>
              <th scope="col" className="numeric">
                {t("place.setup.miss")}
              </th>
              <th scope="col">
                <span className="visually-hidden">{t("place.editor.cornerActions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point, index) => {
              const of = t("place.setup.pointN", { n: index + 1 });
              const miss = isWhole(point) && misses ? misses[whole.indexOf(point)] : undefined;
              const field = (label: string, value: string, change: (text: string) => Partial<DraftPoint>) => (
                <td>
                  <input className="input number-cell" inputMode="decimal" aria-label={`${of} ${label}`} aria-invalid={value.trim() !== "" && !Number.isFinite(Number(value))} value={value} onChange={(event) => set(point.id, change(event.target.value))} />
                </td>
              );
              return (
                <tr key={point.id}>
                  <th scope="row">{index + 1}</th>
                  {field(t("place.setup.px"), point.pixel[0], (text) => ({ pixel: [text, point.pixel[1]] }))}
                  {field(t("place.setup.py"), point.pixel[1], (text) => ({ pixel: [point.pixel[0], text] }))}
                  {field("x (m)", point.metres[0], (text) => ({ metres: [text, point.metres[1]] }))}
                  {field("y (m)", point.metres[1], (text) => ({ metres: [point.metres[0], text] }))}
                  <td className="numeric">{miss === undefined ? "" : t("place.setup.metres", { n: format.decimal(miss) })}</td>
                  <td className="place-corner-actions">
                    <Button look="quiet" icon aria-label={t("place.setup.removePoint", { point: of })} onPress={() => onChange(points.filter(({ id }) => id !== point.id))}>
                      <X size={14} aria-hidden />
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
      <div className="form-actions">
        <Button onPress={() => add(["", ""])}>
          <Plus size={14} aria-hidden />
          {t("place.setup.addPoint")}
        </Button>
        <span role="status">
          {whole.length < POINTS_LEAST || residual === null ? t("place.setup.pointsLeast", { n: POINTS_LEAST }) : whole.length > POINTS_LEAST ? t("place.setup.residual", { n: format.decimal(residual) }) : t("place.setup.residualNone")}
        </span>
      </div>
    </div>
  );
}
