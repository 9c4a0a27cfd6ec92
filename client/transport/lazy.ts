/**
 * The HTTP libraries take longer to load than all of the palette, so they are loaded when the first request is made.
 * `require` because `import()` would stay a real dynamic import in CommonJS output and load their other builds.
 */
export function loadAxios(): typeof import('axios') {
  return require('axios');
}

export function loadFormData(): typeof import('form-data') {
  return require('form-data');
}

export function loadHttpsProxyAgent(): typeof import('https-proxy-agent') {
  return require('https-proxy-agent');
}

export function loadMagicBytes(): typeof import('magic-bytes.js') {
  return require('magic-bytes.js');
}
