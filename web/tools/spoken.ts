// Leaves out what the component library says in languages the interface does not have; it then says it in English.
import type { Plugin } from "vite";

/** `languages`: those the interface has. */
export function spoken(languages: readonly string[]): Plugin {
  return {
    name: "spoken",
    enforce: "pre",
    load(id) {
      const language = /node_modules\/react-(?:aria|aria-components|stately)\/.*\/intl\/.*?([a-z]{2}-[A-Z]{2})\.mjs$/.exec(id)?.[1];
      return language === undefined || languages.includes(language) ? null : "export default undefined;";
    },
  };
}
