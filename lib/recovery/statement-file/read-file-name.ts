import { DAY_MS, SECOND_MS, addMs } from "@/lib/kit/time";
import { type Labels } from "./read-labels";
import { readTime } from "./read-time";

/** Newer exports have no rows above the table, and only their name says whose they are. */
export function readFileName(fileName: string, labels: Labels): void {
  const match = /statements? for (\d{5,7})(?:\D+(\d{4}-\d{2}-\d{2})\D+(\d{4}-\d{2}-\d{2}))?/i.exec(
    fileName.replace(/[_+]|%20/g, " ").slice(0, 300),
  );
  if (!match) return;
  const [, shortcode = "", from, to] = match;
  labels.shortcode ??= shortcode;
  if (!from || !to || labels.from || labels.to) return;
  const end = readTime(to);
  labels.from = readTime(from)?.at ?? null;
  labels.to = end && addMs(end.at, DAY_MS - SECOND_MS);
}
