export function compareLocales(locales: { name: string; messages: Record<string, unknown> }[]): {
  problems: string[];
  keys: number;
};
