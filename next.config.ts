import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/i18n/request.ts");

const config: NextConfig = {
  // npm start and npm test build into folders of their own, see scripts/lib/build.mjs.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  // Types, those of the routes too, are checked by npm run verify. The box of a shop has neither the
  // memory nor the minute to spare for what was checked before, and npm test would do it twice.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // server.ts packs pages as they are sent and serves the scripts the build has packed.
  compress: false,
  reactStrictMode: true,
  // Stylesheets travel inside the first answer: on a slow network one round trip fewer.
  // A statement file passes proxy.ts whole: one byte more than its door takes, and the door refuses it.
  experimental: { inlineCss: true, proxyClientMaxBodySize: "21mb" },
  serverExternalPackages: ["pg", "@prisma/client", "@prisma/adapter-pg", "@node-rs/argon2"].concat([
    "pino",
    "graphile-worker",
    "prom-client",
  ]),
  // Without it the build looks for a lock file in the folders above and may take theirs for ours.
  turbopack: { root: import.meta.dirname },
};

export default withNextIntl(config);
