import { AppError } from "@/lib/errors";

const BODY_BYTES_MAX = 16 * 1024;

export type RequestBody =
  | { kind: "none" }
  | { kind: "json"; value: unknown }
  | { kind: "form"; value: Readonly<Record<string, string>> };

/** True when a browser's plain form sent this. */
export function isFormPost(headers: Headers): boolean {
  const type = mediaType(headers);
  return type === "application/x-www-form-urlencoded" || type === "multipart/form-data";
}

export function isJson(headers: Headers): boolean {
  return mediaType(headers) === "application/json";
}

/**
 * Reads a small body as JSON or as a form's text fields (of fields with one name, the first).
 * Throws `AppError` 413 past 16 KiB, 415 for another media type, 400 for what cannot be read.
 */
export async function readBody(request: Request): Promise<RequestBody> {
  const bytes = await readCapped(request);
  if (bytes.length === 0) return { kind: "none" };
  if (isJson(request.headers)) {
    try {
      const value: unknown = JSON.parse(bytes.toString("utf8"));
      return { kind: "json", value };
    } catch {
      throw new AppError(400, "unreadable_body");
    }
  }
  if (isFormPost(request.headers)) return { kind: "form", value: await readFields(request, bytes) };
  throw new AppError(415, "unsupported_media_type");
}

async function readFields(
  request: Request,
  bytes: Buffer<ArrayBuffer>,
): Promise<Record<string, string>> {
  const copy = new Response(bytes, {
    headers: { "content-type": request.headers.get("content-type") ?? "" },
  });
  try {
    const fields = new Map<string, string>();
    for (const [name, value] of await copy.formData()) {
      if (typeof value === "string" && !fields.has(name)) fields.set(name, value);
    }
    return Object.fromEntries(fields);
  } catch {
    throw new AppError(400, "unreadable_body");
  }
}

async function readCapped(request: Request): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      total += chunk.byteLength;
      if (total > BODY_BYTES_MAX) throw new AppError(413, "body_too_large");
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

function mediaType(headers: Headers): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}
