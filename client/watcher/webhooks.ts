/** After this many results in a row that were found before their webhook came, webhooks are no longer relied on. */
const MAX_MISSED = 3;

/**
 * Whether webhooks can be relied on. Requesting one does not mean that it reaches this flow, so questions become rare only
 * after one has arrived, and frequent again when none arrive.
 */
export class WebhookTrust {
  #missed = MAX_MISSED;

  get trusted(): boolean {
    return this.#missed < MAX_MISSED;
  }

  came(): void {
    this.#missed = 0;
  }

  missed(): void {
    this.#missed += 1;
  }
}
