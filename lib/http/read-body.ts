import { AppError } from "@/lib/errors";

const BODY_BYTES_MAX = 16 * 1024;

/** A file that came in a form. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type RequestBody =
  | { kind: "none" }
  | { kind: "json"; value: unknown }
  | { kind: "form"; value: Readonly<Record<string, string>>; file: SentFile | null };

/** True when a browser's plain form sent this. */
export function isFormPost(headers: Headers): boolean {
  const type = mediaType(headers);
  return type === "application/x-www-form-urlencoded" || type === "multipart/form-data";
}

export function isJson(headers: Headers): boolean {
  return mediaType(headers) === "application/json";
}

/**
 * Reads a small body as JSON or as a form's text fields (of fields with one name, the first). A door that
 * takes a file names how large it may be, and is given the first one. Throws `AppError` 413 past 16 KiB
 * beside the file, 415 for another media type, 400 for what cannot be read.
 */
export async function readBody(
  request: Request,
  { fileBytesMax = 0 }: { fileBytesMax?: number } = {},
): Promise<RequestBody> {
  const bytes = await readCapped(request, BODY_BYTES_MAX + fileBytesMax);
  if (bytes.length === 0) return { kind: "none" };
  if (isJson(request.headers)) {
    try {
      const value: unknown = JSON.parse(bytes.toString("utf8"));
      return { kind: "json", value };
    } catch {
      throw new AppError(400, "unreadable_body");
    }
  }
  if (isFormPost(request.headers)) {
    const { fields, file } = await readFields(request, bytes);
    return { kind: "form", value: fields, file: fileBytesMax > 0 ? await openFile(file) : null };
  }
  throw new AppError(415, "unsupported_media_type");
}

async function readFields(
  request: Request,
  bytes: Buffer<ArrayBuffer>,
): Promise<{ fields: Record<string, string>; file: File | null }> {
  const copy = new Response(bytes, {
    headers: { "content-type": request.headers.get("content-type") ?? "" },
  });
  try {
    const fields = new Map<string, string>();
    let file: File | null = null;
    for (const [name, value] of await copy.formData()) {
      if (typeof value !== "string") file ??= value;
      else if (!fields.has(name)) fields.set(name, value);
    }
    return { fields: Object.fromEntries(fields), file };
  } catch {
    throw new AppError(400, "unreadable_body");
  }
}

/** A form sends an empty file without a name where none was chosen. */
async function openFile(file: File | null): Promise<SentFile | null> {
  if (!file || (file.name === "" && file.size === 0)) return null;
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

async function readCapped(request: Request, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      total += chunk.byteLength;
      if (total > bytesMax) throw new AppError(413, "body_too_large");
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

function mediaType(headers: Headers): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}
