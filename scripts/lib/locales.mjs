import { IntlMessageFormat } from "intl-messageformat";

// The kinds of ICU parts, as intl-messageformat numbers them.
const [LITERAL, , , , , SELECT, PLURAL, POUND, TAG] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/**
 * Compares the messages of several languages: same keys, no empty value, valid syntax, same arguments
 * and tags. Resolves to one sentence per difference and the number of keys.
 */
export function compareLocales(locales) {
  const flat = locales.map(({ name, messages }) => ({ name, messages: flatten(messages) }));
  const keys = [...new Set(flat.flatMap(({ messages }) => Object.keys(messages)))].sort();
  const problems = keys.flatMap((key) => compareMessage(key, flat));
  return { problems, keys: keys.length };
}

function compareMessage(key, locales) {
  const problems = [];
  const signatures = new Map();
  for (const { name, messages } of locales) {
    const message = messages[key];
    if (message === undefined) problems.push(`${name}: ${key} is missing`);
    else if (typeof message !== "string") problems.push(`${name}: ${key} is not text`);
    else if (message.trim() === "") problems.push(`${name}: ${key} is empty`);
    else {
      try {
        signatures.set(name, argumentsOf(message, name).join(", "));
      } catch (error) {
        problems.push(`${name}: ${key} is not a valid message: ${error.message}`);
      }
    }
  }
  const [first, ...others] = [...signatures];
  for (const [name, signature] of others) {
    if (signature === first[1]) continue;
    problems.push(`${key} takes (${first[1]}) in ${first[0]} but (${signature}) in ${name}`);
  }
  return problems;
}

function flatten(messages, prefix = "") {
  return Object.assign(
    {},
    ...Object.entries(messages).map(([key, value]) => {
      const isGroup = value !== null && typeof value === "object" && !Array.isArray(value);
      return isGroup ? flatten(value, `${prefix}${key}.`) : { [`${prefix}${key}`]: value };
    }),
  );
}

/** The names that a message needs values for; tags are written as such. Sorted, each once. */
function argumentsOf(message, locale) {
  const found = new Set();
  const visit = (parts) => {
    for (const part of parts) {
      if (part.type === LITERAL || part.type === POUND) continue;
      found.add(part.type === TAG ? `<${part.value}>` : part.value);
      if (part.type === TAG) visit(part.children);
      if (part.type === SELECT || part.type === PLURAL) {
        for (const option of Object.values(part.options)) visit(option.value);
      }
    }
  };
  visit(new IntlMessageFormat(message, locale).getAst());
  return [...found].sort();
}
