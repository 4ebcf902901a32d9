import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A Postgres address that passes everything on and notes each statement that is executed. */
export interface StatementCounter {
  readonly url: string;
  /** The statements since the last call. */
  take(): string[];
  close(): Promise<void>;
}

/**
 * Starts one in front of `databaseUrl`. It reads the client's half of the wire protocol, so it counts what
 * really goes to the database, whichever library sends it.
 */
export async function countStatements(databaseUrl: string): Promise<StatementCounter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let statements: string[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const read = statementReader((statement) => statements.push(statement));
    client.on("data", (chunk) => {
      read(chunk);
      upstream.write(chunk);
    });
    upstream.pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads the messages of one connection: Query, and Parse, Bind and Execute. */
function statementReader(onStatement: (text: string) => void): (chunk: Buffer) => void {
  const prepared = new Map<string, string>();
  let bound = "";
  let begun = false;
  let rest = Buffer.alloc(0);
  const cString = (bytes: Buffer, from: number) =>
    bytes.subarray(from, bytes.indexOf(0, from)).toString("utf8");

  const take = (type: string, body: Buffer) => {
    if (type === "Q") onStatement(cString(body, 0));
    if (type === "E") onStatement(bound);
    if (type === "P") {
      const name = cString(body, 0);
      prepared.set(name, cString(body, Buffer.byteLength(name) + 1));
    }
    if (type === "B") {
      const portal = cString(body, 0);
      bound = prepared.get(cString(body, Buffer.byteLength(portal) + 1)) ?? "";
    }
  };
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message of a connection has a length and no type.
      const head = begun ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      if (begun) take(String.fromCharCode(rest.readUInt8(0)), rest.subarray(5, end));
      begun = true;
      rest = rest.subarray(end);
    }
  };
}
