/** After this many results in a row that were found before their webhook came, webhooks are no longer counted on. */
const MAX_MISSED = 3;

/**
 * Whether webhooks can be counted on. That one was asked for does not say that it reaches this flow, so it has to
 * come once before questions become rare, and questions come back when it stays away.
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
