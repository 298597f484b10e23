// Parses every Mermaid diagram in the Markdown files named on the command line; exits 1 when one is not valid.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

// Mermaid cleans its texts with the help of a page, and looks for one when it is loaded.
globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");

const fence = /^```mermaid\n([\s\S]*?)^```$/gm;
let valid = 0;
let broken = 0;
for (const file of process.argv.slice(2)) {
  for (const [, diagram] of readFileSync(file, "utf8").matchAll(fence)) {
    try {
      await mermaid.parse(diagram);
      valid++;
    } catch (error) {
      broken++;
      console.error(`${file}: ${error.message}`);
    }
  }
}
console.log(`${valid} diagrams are valid, ${broken} are not`);
process.exit(broken > 0 || valid === 0 ? 1 : 0);
