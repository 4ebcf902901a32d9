/**
 * Who may import whom. lib/architecture.test.ts runs these rules, fails when they have read too little
 * to mean anything, and proves on planted violations that each of them bites.
 */
const VERBS = "lib/(payments|recovery|escrow|merchants|webhooks|notifications|inbox|provider-gate)";
const CALLBACK_DOORS =
  "app/(callbacks/|mpesa-confirm-voice/|api/(pesavoucher|daraja|sautikit|africastalking)/|v1/webhooks/)";
const TESTS = "\\.test\\.tsx?$|\\.simulation\\.test\\.ts$";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    rule("no-cycles", "Two modules in a cycle are one module.", {}, { circular: true }),
    rule(
      "lib-never-looks-up",
      "The business runs without pages, simulators or tests.",
      { path: "^lib/", pathNot: TESTS },
      { path: "^(app|components|sandbox|e2e|scripts|bench|test)/" },
    ),
    rule(
      "kit-is-pure",
      "The browser imports kit: no settings, no database, no network.",
      { path: "^lib/kit/", pathNot: TESTS },
      { path: "^(lib/(?!kit/)|node_modules/(pg|@prisma|pino|next)/)" },
    ),
    rule(
      "ledger-knows-nobody",
      "The books outlive every provider and every kind of payment.",
      { path: "^lib/ledger/", pathNot: TESTS },
      { path: "^lib/(?!ledger/|kit/|generated/|context\\.ts|db\\.ts|errors\\.ts)" },
    ),
    rule(
      "providers-only-speak",
      "A client talks to one provider and never reads our tables.",
      { path: "^lib/providers/", pathNot: TESTS },
      { path: "^lib/(?!providers/|kit/|env\\.ts|log\\.ts|errors\\.ts|crypto\\.ts)" },
    ),
    rule(
      "providers-are-strangers",
      "No provider leans on another.",
      { path: "^lib/providers/([^/]+)/", pathNot: TESTS },
      { path: "^lib/providers/[^/]+/", pathNot: "^lib/providers/$1/" },
    ),
    rule(
      "only-verbs-query",
      "Pages, routes and components call a verb; they never query.",
      { path: "^(app|components|e2e|sandbox|lib/(http|providers|kit|i18n))/", pathNot: TESTS },
      { path: "^(lib/db\\.ts$|lib/generated/|node_modules/(pg|@prisma)/)" },
    ),
    rule(
      "routes-do-not-dial",
      "Only the doors of callbacks may name a provider, to verify and to parse.",
      { path: "^app/", pathNot: `^${CALLBACK_DOORS}|${TESTS}` },
      { path: "^lib/(providers|inbox)/" },
    ),
    rule(
      "components-are-dumb",
      "Components see kit, words and schemas, never a verb.",
      { path: "^components/", pathNot: TESTS },
      { path: "^(app/|lib/(?!kit/|i18n/|[^/]+/schemas\\.ts$|[^/]+/[^/]+/schemas\\.ts$))" },
    ),
    rule(
      "handlers-are-leaves",
      "Verbs enqueue a job by its id; they never import who handles it.",
      { path: `^${VERBS}/`, pathNot: TESTS },
      { path: "^lib/jobs/(handlers/|registry|worker)" },
    ),
    rule(
      "sandbox-shares-nothing",
      "A simulator that shares code with its client proves only that the client agrees with itself.",
      { path: "^sandbox/" },
      { path: "^(app|components|lib|prisma|scripts|e2e)/" },
    ),
    rule(
      "nothing-imports-tests",
      "What runs in production does not reach into what tests it.",
      { path: "^(app|components|lib|sandbox)/|^server\\.ts$", pathNot: TESTS },
      { path: `^(test|e2e|bench)/|${TESTS}` },
    ),
    rule(
      "nothing-is-missing",
      "An import that leads nowhere is one the other rules cannot see.",
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|^lib/generated/" },
    exclude: { path: "^\\.(next|build)" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
