// What a form asks for before it bothers the server, and where a person goes after signing in.

/** As the server has it. */
export const PASSWORD_MIN = 10;

export type FieldFault = "needed" | "email" | "short";

/** Characters are what people count, not the units of the encoding. */
export function passwordFault(password: string): FieldFault | null {
  if (password === "") return "needed";
  return [...password].length < PASSWORD_MIN ? "short" : null;
}

/** A typing mistake is caught here; whether the address exists only a letter can tell. */
export function emailFault(email: string): FieldFault | null {
  const trimmed = email.trim();
  if (trimmed === "") return "needed";
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? null : "email";
}

export function nameFault(name: string): FieldFault | null {
  return name.trim() === "" ? "needed" : null;
}

/**
 * The page to go back to, as path, query and fragment. Only a page of this app: `to` comes from an address anybody can
 * write, and must lead neither to another site nor back to a page in front of the app.
 */
export function wayBack(to: string | undefined, origin: string): string {
  if (to === undefined || !to.startsWith("/")) return "/";
  if (!URL.canParse(to, origin)) return "/";
  const url = new URL(to, origin);
  if (url.origin !== origin) return "/";
  const inFront = /^\/(sign-in|setup|invitation)(\/|$)/.test(url.pathname);
  return inFront ? "/" : `${url.pathname}${url.search}${url.hash}`;
}

/** Whole seconds as `4:05`. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
