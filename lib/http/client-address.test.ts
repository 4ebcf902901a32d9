import { afterEach, describe, expect, test, vi } from "vitest";

/** The function as it is on a server with this many trusted proxies in front. */
async function withHops(hops: number) {
  vi.resetModules();
  vi.stubEnv("TRUSTED_PROXY_HOPS", String(hops));
  return import("./client-address");
}

function forwarded(value: string, remote?: string): Headers {
  const headers = new Headers({ "x-forwarded-for": value });
  if (remote) headers.set("x-malipo-remote", remote);
  return headers;
}

afterEach(() => vi.unstubAllEnvs());

describe("without a proxy in front", () => {
  test("the socket's other end is the client, whatever the headers claim", async () => {
    const { clientAddress } = await withHops(0);
    expect(clientAddress(forwarded("1.2.3.4"), "203.0.113.9")).toBe("203.0.113.9");
    expect(clientAddress(forwarded("1.2.3.4", "203.0.113.9"), null)).toBe("203.0.113.9");
  });

  test("an IPv4 address inside an IPv6 one comes out as IPv4", async () => {
    const { clientAddress } = await withHops(0);
    expect(clientAddress(new Headers(), "::ffff:203.0.113.9")).toBe("203.0.113.9");
  });

  test("an address nobody can read is unknown, never empty", async () => {
    const { clientAddress } = await withHops(0);
    expect(clientAddress(new Headers(), null)).toBe("unknown");
    expect(clientAddress(new Headers(), "'; DROP TABLE")).toBe("unknown");
  });
});

describe("behind proxies", () => {
  test.each([
    [1, "203.0.113.9", "203.0.113.9"],
    [1, "6.6.6.6, 203.0.113.9", "203.0.113.9"],
    [2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
    [1, "6.6.6.6,203.0.113.9:51234", "203.0.113.9"],
    [1, "[2001:db8::7]:51234", "2001:db8::7"],
    [1, "2001:DB8:0::7", "2001:db8::7"],
    [1, "6.6.6.6, not-an-address", "unknown"],
  ])(
    "with %i trusted, %j means %s: only what a trusted one wrote counts",
    async (hops, value, client) => {
      const { clientAddress } = await withHops(hops);
      expect(clientAddress(forwarded(value), "10.0.0.1")).toBe(client);
    },
  );

  test("a request that came past fewer proxies than trusted is the nearest thing we know", async () => {
    const { clientAddress } = await withHops(2);
    expect(clientAddress(new Headers(), "10.0.0.1")).toBe("10.0.0.1");
  });

  test("the header itself does not stand in for a socket nobody saw", async () => {
    const { clientAddress } = await withHops(1);
    expect(clientAddress(forwarded("6.6.6.6, 203.0.113.9"), null)).toBe("203.0.113.9");
  });
});

test("tries from one IPv6 network are counted together, those from IPv4 by address", async () => {
  const { addressForLimits } = await withHops(0);
  expect(addressForLimits("2001:db8:0:1::5")).toBe(addressForLimits("2001:db8:0:1:ffff::1"));
  expect(addressForLimits("2001:db8:0:1::5")).not.toBe(addressForLimits("2001:db8:0:2::5"));
  expect(addressForLimits("203.0.113.9")).toBe("203.0.113.9");
  expect(addressForLimits("unknown")).toBe("unknown");
});
