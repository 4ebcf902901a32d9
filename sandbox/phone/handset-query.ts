/** How a handset's page is shown, carried from one of its pages to the next. */
export type HandsetSetting = {
  /** Inside another page: no ribbon, no surroundings. */
  embed: boolean;
  /** Where the way back leads; empty for none. */
  back: string;
};

/** Reads it from an address. */
export function readHandsetSetting(query: URLSearchParams): HandsetSetting {
  return { embed: query.get("embed") === "1", back: localPath(query.get("back") ?? "") };
}

/** Writes it for an address, with the question mark; empty when there is nothing to say. */
export function handsetQuery({ embed, back }: HandsetSetting): string {
  const query = new URLSearchParams();
  if (embed) query.set("embed", "1");
  if (back) query.set("back", back);
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** Only a path of this sandbox: the way back must not lead to another site. */
function localPath(path: string): string {
  return /^\/[\w-]/.test(path) ? path : "";
}
