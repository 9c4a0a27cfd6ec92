import { systemCode } from './errors/errorFromNetwork';
import { ozError } from './errors/errorMessages';

/**
 * Libraries that take longer to load than all of the palette, so each is loaded when it is first needed. `require`,
 * because `import()` would stay a dynamic import in CommonJS output and load their ESM builds. Cached here, because
 * even a cached `require` resolves the package each time.
 * @throws OZ_CONFIG when it is not there, as after an installation that broke off
 */
export function library<T>(name: string, load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    try {
      return (loaded ??= load());
    } catch (error) {
      const system = systemCode(error) ?? 'unknown';
      throw ozError('libraryMissing', { name, system }, { system });
    }
  };
}

export const loadAxios = library('axios', (): typeof import('axios') => require('axios'));

export const loadProxyFromEnv = library('proxy-from-env', (): { getProxyForUrl(url: string): string } =>
  require('proxy-from-env'),
);

export const loadFormData = library('form-data', (): typeof import('form-data') => require('form-data'));

export const loadMagicBytes = library('magic-bytes.js', (): typeof import('magic-bytes.js') =>
  require('magic-bytes.js'),
);
