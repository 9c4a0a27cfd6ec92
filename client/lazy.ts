/**
 * Libraries that take longer to load than all of the palette, so each is loaded when it is first needed. `require`,
 * because `import()` would stay a dynamic import in CommonJS output and load their ESM builds. Cached here, because
 * even a cached `require` resolves the package each time.
 */
function once<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}

export const loadAxios = once((): typeof import('axios') => require('axios'));

export const loadProxyFromEnv = once((): { getProxyForUrl(url: string): string } =>
  require('proxy-from-env'),
);

export const loadFormData = once((): typeof import('form-data') => require('form-data'));

export const loadMagicBytes = once((): typeof import('magic-bytes.js') => require('magic-bytes.js'));
