// Builds dist/ from scss/, ts/ and static/. The same sources and lock file give the same bytes.

import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await rm(here("dist"), { recursive: true, force: true });
await mkdir(here("dist"));

const { css } = compile(here("scss/main.scss"), {
  loadPaths: [here("node_modules")],
  style: "compressed",
  charset: false,
  quietDeps: true,
});
await writeFile(here("dist/main.css"), css);

await build({
  entryPoints: [here("ts/main.ts")],
  outfile: here("dist/main.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2020",
  legalComments: "none",
  logLevel: "warning",
});

await cp(here("static"), here("dist"), { recursive: true });

// For PDFs: a narrow face keeps long names large.
await mkdir(here("dist/fonts"));
for (const [face, name] of [["", "regular"], ["-Bold", "bold"]]) {
  await cp(here(`node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed${face}.ttf`), here(`dist/fonts/${name}.ttf`));
}
