/**
 * Part of `npm run verify`: every path that a document names in backticks, and every document that a
 * comment in the code points to, is there. Documents that send readers to places that are gone are
 * worse than none.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { rootDir } from "./lib/paths.mjs";

const FOLDERS = "app|bench|components|docs|e2e|lib|prisma|public|sandbox|scripts|test|\\.ci";
const PATH_IN_BACKTICKS = new RegExp(`^(?:\\./)?(?:${FOLDERS})/[\\w@()[\\]./-]*$`);
const ROOT_FILE = /^[\w.-]+\.(?:md|ts|mjs|cjs|json|yml)$/;
const LINK = /\]\((?!https?:|mailto:|#)([^)\s]+)\)/g;
const SEE_DOCUMENT = /\bdocs\/[\w./-]+\.md\b/g;
// Made on a machine and never committed, so they are named but not there.
const MADE_LATER = /^(?:lib\/generated|\.data|\.next|\.build|node_modules)(?:\/|$)/;

const files = trackedFiles();
const documents = files.filter((file) => file.endsWith(".md"));
const sources = files.filter((file) => /\.(?:[cm]?[jt]sx?|prisma|sql)$/.test(file));
const known = new Set(files);

const problems = [
  ...documents.flatMap((file) => referencesOfDocument(file).flatMap(checked(file))),
  ...sources.flatMap((file) => referencesOfSource(file).flatMap(checked(file))),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${documents.length} documents and ${sources.length} sources read.\n`);
process.exit(problems.length === 0 ? 0 : 1);

function trackedFiles() {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: rootDir, encoding: "utf8" });
  return listed.split("\0").filter((file) => file !== "" && existsSync(path.join(rootDir, file)));
}

function referencesOfDocument(file) {
  return linesOf(file).flatMap(({ text, number }) => [
    ...[...text.matchAll(/`([^`]+)`/g)]
      .map(([, words]) => words.trim())
      .filter((words) => PATH_IN_BACKTICKS.test(words) || ROOT_FILE.test(words))
      .map((target) => ({ target, number, fromRoot: true })),
    ...[...text.matchAll(LINK)].map(([, target]) => ({ target, number, fromRoot: false })),
  ]);
}

function referencesOfSource(file) {
  return linesOf(file).flatMap(({ text, number }) =>
    [...text.matchAll(SEE_DOCUMENT)].map(([target]) => ({ target, number, fromRoot: true })),
  );
}

function checked(file) {
  return ({ target, number, fromRoot }) => {
    const clean = decodeURIComponent(target.replace(/#.*$/, ""));
    const base = fromRoot || clean.startsWith("/") ? "." : path.dirname(file);
    const place = path.join(base, clean).replace(/^\/+/, "").replace(/\/$/, "");
    const isThere = existsSync(path.join(rootDir, place)) || isNameOfAFile(clean, fromRoot);
    return isThere || MADE_LATER.test(place) ? [] : [`${file}:${number}: ${target} is not there`];
  };
}

/** A bare file name in backticks means that file wherever it is. */
function isNameOfAFile(name, fromRoot) {
  if (!fromRoot || name.includes("/")) return false;
  return [...known].some((file) => path.basename(file) === name);
}

function linesOf(file) {
  const lines = readFileSync(path.join(rootDir, file), "utf8").split("\n");
  return lines.map((text, index) => ({ text, number: index + 1 }));
}
