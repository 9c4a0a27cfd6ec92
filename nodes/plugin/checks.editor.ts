/**
 * The latest checks, polled from the runtime while the editor is open: often while the sidebar or the canvas shows them,
 * otherwise just often enough for the runtime to keep them, so that a check is there when the sidebar is opened later.
 * They live in this browser tab only. `var`, because running the script twice must not be an error.
 */
var ozChecks = (() => {
  const POLL_MS = 1500;
  /** The runtime forgets after 15 s without a question. */
  const IDLE_POLL_MS = 6000;
  const MAX_CHECKS = 100;

  const listeners: ((added: OzCheck[]) => void)[] = [];
  const viewers = new Set<string>();
  const pictures = new Map<number, Promise<string>>();
  let checks: OzCheck[] = [];
  let lastSequence = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  const isCheck = (value: unknown): value is OzCheck =>
    typeof value === 'object' && value !== null && 'sequence' in value && 'nodeId' in value;

  const forgetPicture = ({ sequence }: OzCheck): void => {
    pictures.get(sequence)?.then(
      (url) => URL.revokeObjectURL(url),
      () => undefined,
    );
    pictures.delete(sequence);
  };

  const ask = async (): Promise<void> => {
    const answer: unknown = await $.ajax({ url: 'oz-checks', data: { after: lastSequence } });
    const list: unknown[] =
      typeof answer === 'object' && answer !== null && 'checks' in answer && Array.isArray(answer.checks)
        ? answer.checks
        : [];
    const added = list.filter(isCheck);
    lastSequence = added.at(-1)?.sequence ?? lastSequence;
    checks.push(...added);
    checks.splice(0, Math.max(0, checks.length - MAX_CHECKS)).forEach(forgetPicture);
    for (const listener of listeners) listener(added);
  };

  const poll = async (): Promise<void> => {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    try {
      // A hidden tab does not ask, so the runtime soon stops keeping checks.
      if (!document.hidden) await ask();
    } catch {
      // The runtime restarts, or the sign-in has expired: the editor itself says so.
    } finally {
      asking = false;
      timer = setTimeout(() => void poll(), viewers.size > 0 ? POLL_MS : IDLE_POLL_MS);
    }
  };

  void poll();
  // A tab that is shown again asks at once.
  document.addEventListener('visibilitychange', () => void poll());

  return {
    text: (key: string, values?: Readonly<Record<string, string | number>>): string =>
      RED._(`@ozflow/node-red-oz/oz-checks:${key}`, values),

    all: (): readonly OzCheck[] => checks,

    /** Says that `viewer` begins or stops to show checks. */
    show(viewer: string, on: boolean): void {
      if (on) viewers.add(viewer);
      else viewers.delete(viewer);
      if (on) void poll();
    },

    /** Calls back with the new checks after each poll, and after {@link clear}. */
    onChange(listener: (added: OzCheck[]) => void): void {
      listeners.push(listener);
    },

    clear(): void {
      checks.forEach(forgetPicture);
      checks = [];
      for (const listener of listeners) listener([]);
    },

    /** An object URL of the best shot, fetched once. */
    picture(check: OzCheck): Promise<string> {
      const known = pictures.get(check.sequence);
      if (known !== undefined) return known;
      const url = `oz-checks/${check.sequence}/best-shot`;
      const fetched = Promise.resolve<Blob>($.ajax({ url, xhrFields: { responseType: 'blob' } })).then(
        (picture) => URL.createObjectURL(picture),
      );
      pictures.set(check.sequence, fetched);
      return fetched;
    },

    verdict(check: OzCheck): 'passed' | 'declined' | 'review' | 'error' {
      if (check.error !== undefined) return 'error';
      if (check.resolution === 'SUCCESS') return 'passed';
      return check.resolution === 'DECLINED' ? 'declined' : 'review';
    },
  };
})();
