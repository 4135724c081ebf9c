// Pictures as they stand on the page, made files in the browser.

/** What decides how an element of a picture looks; the rest of a computed style is noise. */
const LOOKS = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "display"] as const;

const SVG = "http://www.w3.org/2000/svg";
/** Height of the line below a picture. */
const LINE = 26;

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

/**
 * A picture as a file of its own: styles come from the page's sheets, so they are written into each element. `line`: what is
 * written below it.
 */
export function standalone(picture: SVGSVGElement, line: string | null = null): Drawing {
  const { clientWidth: width, clientHeight: height } = picture;
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [from, to] = [picture.querySelectorAll("*"), copy.querySelectorAll("*")];
  for (const [index, element] of from.entries()) {
    const style = getComputedStyle(element);
    const target = to[index];
    target?.removeAttribute("class");
    target?.setAttribute("style", LOOKS.map((look) => `${look}:${style.getPropertyValue(look)}`).join(";"));
  }
  const beneath = picture.parentElement?.querySelector<HTMLCanvasElement>(":scope > canvas.beneath");
  if (beneath) copy.prepend(imageOf(beneath, picture));
  copy.setAttribute("xmlns", SVG);
  for (const name of ["class", "tabindex"]) copy.removeAttribute(name);
  const paper = getComputedStyle(picture.closest(".card") ?? document.body);
  const ground = made("rect", { width: "100%", height: "100%", fill: paper.backgroundColor });
  if (line === null) {
    copy.prepend(ground);
    return { svg: new XMLSerializer().serializeToString(copy), width, height };
  }
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const whole = made("svg", { xmlns: SVG, width: String(width), height: String(height + LINE) });
  const words = made("text", { x: "8", y: String(height + LINE - 9), fill: paper.color, "font-family": paper.fontFamily, "font-size": "12" });
  words.textContent = line;
  whole.append(ground, copy, words);
  return { svg: new XMLSerializer().serializeToString(whole), width, height: height + LINE };
}

function made(name: string, values: Record<string, string>): SVGElement {
  const drawn = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) drawn.setAttribute(key, value);
  return drawn;
}

/** What is painted beneath a picture, as an image of its size. */
function imageOf(canvas: HTMLCanvasElement, { clientWidth, clientHeight }: SVGSVGElement): SVGImageElement {
  const image = document.createElementNS(SVG, "image");
  image.setAttribute("href", canvas.toDataURL());
  image.setAttribute("width", String(clientWidth));
  image.setAttribute("height", String(clientHeight));
  return image;
}

const SCALE = 2;

/** The same as pixels, twice as fine. */
export async function pixels({ svg, width, height }: Drawing): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * SCALE, height * SCALE];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))), "image/png");
  });
}
