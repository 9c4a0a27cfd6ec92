/** `T` with every key that may be `undefined` made optional instead. */
export type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys whose value is `undefined`, so that absent means absent (`exactOptionalPropertyTypes`). */
export function present<T extends object>(value: T): Present<T> {
  // The type system cannot follow a filter over entries; this is the one place that says so.
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as Present<T>;
}
