/** `JOHN DOE` as `J*** D**`: enough to recognise whom one meant, not enough to learn who a stranger is. */
export function maskName(name: string): string {
  return name
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [first = "", ...rest] = Array.from(word);
      return `${first.toLocaleUpperCase("en")}${"*".repeat(Math.min(rest.length, 8))}`;
    })
    .join(" ")
    .slice(0, 60)
    .toWellFormed();
}
