/**
 * Errors of API Lite: a code and a message, HTTP status 400. The codes are those that public test scripts of such face
 * processors expect; the vendor's page is not known to list them (docs/sandbox.md).
 */
const MESSAGES = {
  '002001': 'Invalid Content-Type of HTTP request',
  '002002': 'Invalid HTTP request method',
  '002003': 'Failed to read the biometric sample',
  '002004': 'Failed to read the biometric template',
  '002005': 'Invalid Content-Type of multiparted HTTP request part',
  '003002': 'The biometric sample is missing face',
  '003003': 'More than one person is present on the biometric sample',
} as const;

/** `BPE`: the processor of templates; `LDE`: that of liveness. */
export type LiteProcessor = 'BPE' | 'LDE';

export class LiteError extends Error {
  override readonly name = 'LiteError';
  readonly code: string;

  constructor(processor: LiteProcessor, number: keyof typeof MESSAGES) {
    super(MESSAGES[number]);
    this.code = `${processor}-${number}`;
  }
}
