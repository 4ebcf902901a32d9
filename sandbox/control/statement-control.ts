import { withQuery } from "./control-caller";
import { ReversalControl } from "./reversal-control";

export type StatementOrder = {
  /** Left out, the PayBill of the shop under test. */
  shortcode?: string | undefined;
  /** `2026-11-21` or `2026-11-21 14:05:09` in Nairobi. */
  from?: string | undefined;
  to?: string | undefined;
  format: "csv" | "xlsx";
  account?: "utility" | "working" | "charges" | undefined;
};

export type StatementFile = { filename: string; contentType: string; bytes: Uint8Array };

/** The part of the control client about the files a person downloads from the portal. */
export class StatementControl extends ReversalControl {
  /** The statement of an organisation's account as the portal exports it. */
  async statement({ shortcode = "own", ...query }: StatementOrder): Promise<StatementFile> {
    const path = withQuery(
      `/daraja/organisation/${encodeURIComponent(shortcode)}/statement`,
      query,
    );
    const response = await this.fetch(path);
    if (!response.ok) throw new Error(`Sandbox refused ${path}: ${await response.text()}`);
    const [, filename = ""] =
      /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
    return {
      filename,
      contentType: response.headers.get("content-type") ?? "",
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  }
}
