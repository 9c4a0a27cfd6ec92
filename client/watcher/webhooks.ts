/** After this many results in a row that were found before their webhook came, webhooks are no longer counted on. */
const MAX_MISSED = 3;

/**
 * Whether webhooks can be counted on. Asking for one does not mean that it reaches this flow, so one has to arrive
 * once before questions become rare, and questions become frequent again when none arrive.
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
