// The texts of the interface in parts. A part lies beside the code that says it and is named by its folder, with a file a
// language (`texts.zh-CN.ts` has all the keys, `texts.en.ts` does not compile without each of them).
//
// A feature says its own texts, and those of `ui` and `ui/words`; what two features say lies in `ui/words`, and in `ui`
// what the frame needs before any page stands. What failures say (`ui/failures`) comes when one is shown. `texts.test.ts` follows the imports of every page and holds to that.
import type access from "../features/access/texts.zh-CN";
import type analyses from "../features/analyses/texts.zh-CN";
import type changes from "../features/changes/texts.zh-CN";
import type customers from "../features/customers/texts.zh-CN";
import type dictionary from "../features/dictionary/texts.zh-CN";
import type identity from "../features/identity/texts.zh-CN";
import type imports from "../features/imports/texts.zh-CN";
import type journeys from "../features/journeys/texts.zh-CN";
import type live from "../features/live/texts.zh-CN";
import type overview from "../features/overview/texts.zh-CN";
import type pains from "../features/pains/texts.zh-CN";
import type place from "../features/place/texts.zh-CN";
import type proposals from "../features/proposals/texts.zh-CN";
import type rejections from "../features/rejections/texts.zh-CN";
import type sources from "../features/sources/texts.zh-CN";
import type system from "../features/system/texts.zh-CN";
import type traffic from "../features/traffic/texts.zh-CN";
import type workspaces from "../features/workspaces/texts.zh-CN";
import type failures from "../ui/failures/texts.zh-CN";
import type ui from "../ui/texts.zh-CN";
import type words from "../ui/words/texts.zh-CN";
import type command from "./command/texts.zh-CN";
import type explain from "./explain/texts.zh-CN";
import type kit from "./kit/texts.zh-CN";
import type app from "./texts.zh-CN";

interface Parts {
  app: typeof app;
  "app/command": typeof command;
  "app/explain": typeof explain;
  "app/kit": typeof kit;
  ui: typeof ui;
  "ui/failures": typeof failures;
  "ui/words": typeof words;
  "features/access": typeof access;
  "features/analyses": typeof analyses;
  "features/changes": typeof changes;
  "features/customers": typeof customers;
  "features/dictionary": typeof dictionary;
  "features/identity": typeof identity;
  "features/imports": typeof imports;
  "features/journeys": typeof journeys;
  "features/live": typeof live;
  "features/overview": typeof overview;
  "features/pains": typeof pains;
  "features/place": typeof place;
  "features/proposals": typeof proposals;
  "features/rejections": typeof rejections;
  "features/sources": typeof sources;
  "features/system": typeof system;
  "features/traffic": typeof traffic;
  "features/workspaces": typeof workspaces;
}

export type Part = keyof Parts;

/** The keys of all parts. Whether a part is there where one of its keys is said is a matter of the routes. */
export type Texts = Record<{ [Name in Part]: keyof Parts[Name] }[Part], string>;

/** The frame's own: they are there before anything is drawn. */
export const FRAME = ["app", "ui"] as const satisfies readonly Part[];
/** What a page needs beside the texts of its feature. */
export const SHARED = "ui/words" satisfies Part;
/** Causes and remedies: they come with the first failure (`ui/failures/words.ts`). */
export const FAILURES = "ui/failures" satisfies Part;
