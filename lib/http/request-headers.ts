/** Names a request in answers and in the log. Set by proxy.ts; never taken from outside. */
export const REQUEST_ID_HEADER = "x-request-id";

/** Path and query of the page that was asked for. Set by proxy.ts for pages that send people to sign in. */
export const PAGE_PATH_HEADER = "x-malipo-path";

/** The address of the other end of the socket. Set by our own server, over anything that came in. */
export const REMOTE_HEADER = "x-malipo-remote";

/** The nonce that scripts and styles of this answer must carry. Set by proxy.ts. */
export const NONCE_HEADER = "x-nonce";
