// Drives one library: `node drive.mjs NAME WORDS`, WORDS being the JSON of what the story says (drives.py: Words).
// Says "driven" once the library has been told everything, and stays until stdin ends: a browser's page is open as long
// as its visitor is there. Ends by itself, which it does not as long as a library still has something to send.
import { once } from "node:events";

const [name, words] = process.argv.slice(2);
const { default: drive } = await import(`./libraries/${name}.mjs`);
const leave = await drive(JSON.parse(words));
console.log("driven");
process.stdin.resume();
await once(process.stdin, "end");
leave?.();
