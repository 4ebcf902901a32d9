import next from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";

const typed = ["**/*.ts", "**/*.tsx"];
const readsSettings = [
  "lib/env.ts",
  "scripts/**",
  "bench/**",
  "e2e/**",
  "sandbox/**",
  "test/**",
].concat(["*.config.ts", "*.config.mjs", "prisma/seed.ts", "**/*.test.ts", "**/*.test.tsx"]);

const noProcessEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message:
    "Settings are read in lib/env.ts alone: there they are checked once, by name, when a process starts.",
};

const noFramework = {
  group: ["next", "next/*", "react", "react-dom", "react/*"],
  message: "The business runs without Next.js and React: in the worker, in tests, in scripts.",
};

const noReact = {
  group: ["react", "react-dom", "react-dom/*", "react/*"],
  message:
    "React is for app and components: its own rules are not asked here, they cost much time.",
};

const reactRules = next
  .flatMap(({ rules }) => Object.keys(rules ?? {}))
  .filter((rule) => /^react(-hooks)?\//.test(rule));

const config = [
  {
    ignores: [".next/**", ".next-test/**", ".build/**", ".build-test/**", ".data/**"].concat([
      "lib/generated/**",
      "test-results/**",
      "playwright-report/**",
      "next-env.d.ts",
    ]),
  },
  ...next,
  ...nextTypescript,
  {
    // A finding is put right, not switched off in a comment.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      "no-console": "off",
      eqeqeq: "error",
      "prefer-const": "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },
  {
    // Rules that need types: a promise nobody waits for is a payment nobody finishes.
    files: typed,
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["app/**", "components/**", "lib/**", "prisma/**", "server.ts", "proxy.ts"],
    ignores: readsSettings,
    rules: { "no-restricted-syntax": ["error", noProcessEnv] },
  },
  {
    files: ["bench/**", "lib/**", "prisma/**", "sandbox/**", "scripts/**", "test/**"].map(
      (folder) => `${folder}/*.ts`,
    ),
    ignores: ["lib/http/**", "lib/auth/**", "lib/i18n/**"],
    rules: {
      ...Object.fromEntries(reactRules.map((rule) => [rule, "off"])),
      "no-restricted-imports": ["error", { patterns: [noReact] }],
    },
  },
  {
    files: ["lib/**"],
    ignores: ["lib/http/**", "lib/auth/**", "lib/i18n/**", "**/*.test.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [noFramework] }] },
  },
  {
    // A test reads as one story, and a suite of them is longer than any function should be.
    files: ["**/*.test.ts", "**/*.test.tsx", "e2e/**", "bench/**"],
    rules: { "max-lines-per-function": "off", "max-lines": "off" },
  },
];

export default config;
