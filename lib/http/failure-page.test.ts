import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { replaceBrokenPage } from "./failure-page";

async function fetchFrom(answer: (outgoing: ServerResponse) => void): Promise<Response> {
  const server = createServer((_, outgoing) => {
    replaceBrokenPage(outgoing);
    answer(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const body = await response.text();
    return new Response(body, { status: response.status, headers: response.headers });
  } finally {
    server.close();
  }
}

test("a broken page says in both languages that the money is safe, and offers another try", async () => {
  const response = await fetchFrom((outgoing) => {
    outgoing.statusCode = 500;
    outgoing.setHeader("content-type", "text/html; charset=utf-8");
    outgoing.flushHeaders();
    outgoing.write("<html id='__next_error__'>");
    outgoing.write("nothing to read");
    outgoing.end();
  });
  const page = await response.text();
  expect(response.status).toBe(500);
  expect(page).toContain("Your money is safe");
  expect(page).toContain("Pesa zako ziko salama");
  expect(page).toContain("Try again");
  expect(page).not.toContain("__next_error__");
});

test.each([
  ["a page that works", 200, "text/html", "<p>fine</p>"],
  ["a page that is not there", 404, "text/html", "<p>no such page</p>"],
  ["a broken answer to a program", 500, "application/json", '{"success":false}'],
])("%s passes unchanged", async (_, status, type, body) => {
  const response = await fetchFrom((outgoing) => {
    outgoing.writeHead(status, { "content-type": type });
    outgoing.end(body);
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(body);
});
