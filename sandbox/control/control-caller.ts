import { readControlJson, writeControlJson } from "./cents-json";

/** Speaks to `/_control` of one sandbox; what there is to say stands in the classes on top of it. */
export class ControlCaller {
  readonly #base: string;

  constructor(baseUrl: string) {
    this.#base = baseUrl.replace(/\/+$/, "");
  }

  /** Asks the control API, and throws the sandbox's own words when it refuses. */
  protected async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = writeControlJson(body);
      init.headers = { "Content-Type": "application/json" };
    }
    const response = await this.fetch(`/_control${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`Sandbox refused ${method} ${path}: ${text}`);
    // Both ends of this wire are built from the same types, and refusals have been thrown above.
    return readControlJson(text) as T;
  }

  /** Fetches anything else of the same sandbox. */
  protected fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.#base + path, init);
  }
}

export function withId(path: string, id: string | undefined): string {
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}

export function withQuery(
  path: string,
  filter: Record<string, string | number | undefined>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}
