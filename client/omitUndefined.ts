/** `T` with every key that may be `undefined` made optional instead. */
type OptionalIfUndefined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys whose value is `undefined`, so that absent means absent (`exactOptionalPropertyTypes`). */
export function omitUndefined<T extends object>(value: T): OptionalIfUndefined<T> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const held: unknown = value[key as keyof T];
    if (held !== undefined) kept[key] = held;
  }
  // The type system cannot follow a filter over keys; this is the one place that says so.
  return kept as OptionalIfUndefined<T>;
}
