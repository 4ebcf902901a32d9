import { connect, type Socket } from "node:net";

/** One open `GET /api/events`, as a browser's EventSource keeps it. */
export interface EventSourceClient {
  close(): void;
}

/**
 * Opens a stream and resolves once the first bytes of it are there. `onText` is given what comes, as it
 * comes. Throws when the answer is not a stream.
 */
export function openEventSource(input: {
  port: number;
  path: string;
  cookie: string;
  onText?: (text: string) => void;
}): Promise<EventSourceClient> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(input.port, "127.0.0.1");
    let head = "";
    let opened = false;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    socket.on("connect", () =>
      socket.write(
        `GET ${input.path} HTTP/1.1\r\nhost: 127.0.0.1:${input.port}\r\n` +
          `accept: text/event-stream\r\ncookie: ${input.cookie}\r\n\r\n`,
      ),
    );
    socket.on("data", (text: string) => {
      if (opened) return input.onText?.(text);
      head += text;
      if (!head.includes("listening")) {
        if (!head.startsWith("HTTP/1.1 200")) reject(new Error(`no stream: ${head.slice(0, 200)}`));
        return;
      }
      opened = true;
      resolve({ close: () => socket.destroy() });
    });
    socket.on("error", reject);
  });
}
