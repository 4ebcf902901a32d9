import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";

const BYTES_MAX = 20 * 1024 * 1024;

/** Appends to a file and keeps one older file beside it, so that a year of running fits on the disk. */
export function openRotatingLog(file) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return {
    write(chunk) {
      if (bytes + chunk.length > BYTES_MAX) {
        renameSync(file, `${file}.1`);
        bytes = 0;
      }
      appendFileSync(file, chunk);
      bytes += chunk.length;
    },
  };
}
