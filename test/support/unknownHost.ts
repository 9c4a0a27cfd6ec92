/** No name can have such a long label, so nobody on the network is asked for it, however slow or broken its DNS is. */
export const UNKNOWN_HOST = `${'x'.repeat(64)}.invalid`;
