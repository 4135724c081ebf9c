// What was clicked, in words that hold nothing a visitor typed; and clicking that has turned to anger.
const TEXT_MAX = 80;
const SELECTOR_MAX = 200;
const LEVELS = 4;
const RAGE_CLICKS = 3;
const RAGE_MS = 1000;
const RAGE_PX = 30;
/** A click on a label is followed by one on its field, at once. */
const ECHO_MS = 20;

const ACTS = "a,button,input,summary,label,[role=button],[role=link],[role=tab],[role^=menu]";
/** What a visitor writes in, and what the page's author marked as nobody's business. */
const PRIVATE = "[contenteditable],[data-private]";

type Click = MouseEvent & { target: Element };

function selectorOf(element: Element | null, levels = LEVELS): string {
  if (!element || !levels) return "";
  if (element.id) return `${element.localName}#${element.id}`;
  return `${selectorOf(element.parentElement, levels - 1)}>${[element.localName, ...element.classList].slice(0, 2).join(".")}`;
}

export function watchClicks(listen: typeof addEventListener, send: (event: string, props: object) => void): void {
  let taps: { at: number; x: number; y: number }[] = [];
  let raging = 0;
  listen(
    "click",
    (({ target, timeStamp: at, x, y }: Click) => {
      // The document itself can be told that it was clicked.
      if (!target.closest || taps.some((tap) => at - tap.at < ECHO_MS)) return;
      const acting = target.closest<HTMLElement>(ACTS);
      const clicked = acting ?? target;
      const props = {
        role: clicked.role || clicked.localName,
        // A part of the page that does nothing when clicked may hold anything.
        text: acting && !target.closest(PRIVATE) ? (acting.ariaLabel ?? acting.innerText)?.trim().slice(0, TEXT_MAX) : "",
        selector: selectorOf(clicked).slice(-SELECTOR_MAX),
      };
      if (acting) send("click", props);
      taps = taps.filter((tap) => at - tap.at < RAGE_MS && Math.hypot(tap.x - x, tap.y - y) < RAGE_PX);
      if (taps.push({ at, x, y }) < RAGE_CLICKS) raging = 0;
      else if (!raging++) send("rage_click", props);
    }) as (click: MouseEvent) => void,
    true,
  );
}
