import { html } from "hono/html";

import type { World } from "@/sandbox/world";
import { BASE_STYLES } from "./base-styles";
import { renderPage } from "./render-page";

/** What the sandbox is and how to steer it, for people. */
export function renderHelpPage(
  _world: World,
  origin: string,
  _skip: readonly string[],
): Promise<Response> {
  return renderPage({
    title: "Sandbox",
    styles: BASE_STYLES,
    content: html`<main>
      <h1>Sandbox</h1>
      ${origin}
    </main>`,
  });
}
