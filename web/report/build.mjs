// Bundles the report into the three files and the icon that the Python side puts into each page.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const assets = fileURLToPath(
  new URL("../../src/tidegate/research/report/assets/", import.meta.url),
);

// lightweight-charts styles its attribution with a <style> element of its own. The page's
// security policy admits exactly this text, so it has to be known when the page is written.
async function libraryStyle() {
  const file = `${here}node_modules/lightweight-charts/dist/lightweight-charts.production.mjs`;
  const found = (await readFile(file, "utf8")).match(/innerText="(a#tv-attr-logo\{[^"\\]*)"/);
  if (!found) throw new Error("lightweight-charts no longer styles its attribution as expected");
  return found[1];
}

function inlineable(name, text) {
  if (/<\/(script|style)|<!--|\r/i.test(text)) {
    throw new Error(`${name} cannot stand inside an HTML element as it is`);
  }
  return text;
}

const result = await build({
  entryPoints: { report: `${here}src/main.ts` },
  outdir: assets,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome107", "firefox113", "safari16.4"],
  loader: { ".woff2": "dataurl" },
  legalComments: "none",
  charset: "utf8",
  write: false,
  logLevel: "warning",
});

await mkdir(assets, { recursive: true });
const files = result.outputFiles.map((file) => [file.path.split(/[\\/]/).pop(), file.text]);
files.push(["library.css", await libraryStyle()]);
files.push(["icon.svg", await readFile(`${here}src/icon.svg`, "utf8")]);
for (const [name, text] of files) {
  await writeFile(`${assets}${name}`, inlineable(name, text));
  console.log(`${name.padEnd(12)} ${(Buffer.byteLength(text) / 1024).toFixed(0).padStart(5)} KiB`);
}
