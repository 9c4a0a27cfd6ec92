import { createCA, createCert } from 'mkcert';

export interface TestCertificates {
  /** Of the authority, to be trusted. */
  ca: string;
  key: string;
  cert: string;
}

/** A private authority and a certificate by it for these names, both made now. */
export async function certificates(domains: string[], validityDays = 2): Promise<TestCertificates> {
  const place = { countryCode: 'DE', state: 'Test', locality: 'Test' };
  const authority = await createCA({ organization: 'Test authority', ...place, validity: 2 });
  const { key, cert } = await createCert({ domains, validity: validityDays, ca: authority });
  return { ca: authority.cert, key, cert };
}
