type AnyFunction = (...args: never[]) => unknown;

/** What a function becomes when a bug is planted in it. */
interface Plant<F extends AnyFunction> {
  wrap(real: F): F;
}

const planted = new Map<string, Plant<AnyFunction>>();

/** From here on every caller of this function meets the bug, until `pullUp`. */
export function plant<F extends AnyFunction>(name: string, bug: Plant<F>): void {
  planted.set(name, bug);
}

export function pullUp(): void {
  planted.clear();
}

/** A module in whose functions bugs can be planted; without one they are what they were. */
export function plantable(module: object): object {
  const exports = Object.entries(module).map(([name, real]: [string, unknown]) => {
    if (!isFunction(real)) return [name, real] as const;
    const open = function (...args: unknown[]): unknown {
      const bug = planted.get(name);
      return Reflect.apply(bug ? bug.wrap(real) : real, undefined, args);
    };
    return [name, open] as const;
  });
  return Object.fromEntries(exports);
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}
