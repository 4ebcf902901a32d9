import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/i18n/request.ts");

const config: NextConfig = {
  // npm start and npm test build into folders of their own, see scripts/lib/build.mjs.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // Stylesheets travel inside the first answer: on a slow network one round trip fewer.
  experimental: { inlineCss: true },
  serverExternalPackages: ["pg", "@prisma/client", "@prisma/adapter-pg", "@node-rs/argon2"].concat([
    "pino",
    "graphile-worker",
    "prom-client",
  ]),
  // Without it the build looks for a lock file in the folders above and may take theirs for ours.
  turbopack: { root: import.meta.dirname },
};

export default withNextIntl(config);
