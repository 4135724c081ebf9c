// The dictionary of the package `pinyin-match`, which declares only its own matcher: characters by reading.
declare module "pinyin-match/src/simplified_dict.js" {
  export const dict: Readonly<Record<string, string>>;
}
