// Pages with pictures are drawn to the measure of the screen. On paper they keep that measure and are made smaller as a
// whole, so that nothing is cut off; pages of text flow anew (`print.css`).

/** Width of an A4 sheet on its side between margins of 12 mm, in CSS pixels. */
const SHEET_PX = Math.floor(((297 - 24) / 25.4) * 96);

export function fitToSheet(): void {
  addEventListener("beforeprint", () => {
    const page = document.querySelector<HTMLElement>(".page");
    if (!page) return;
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(page);
    const widths = [page.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd)];
    for (const box of page.querySelectorAll(".table-scroll")) widths.push(box.scrollWidth);
    document.documentElement.style.setProperty("--print-zoom", String(Math.min(1, SHEET_PX / Math.max(...widths))));
  });
}

let foot: CSSStyleSheet | undefined;

/** Writes a line at the foot of every sheet. */
export function footOf(text: string): void {
  if (!foot) {
    foot = new CSSStyleSheet();
    document.adoptedStyleSheets.push(foot);
  }
  foot.replaceSync(`@page { @bottom-left { content: "${text.replaceAll(/["\\\n]/g, " ")}"; font: 8pt sans-serif; color: #555; } }`);
}
