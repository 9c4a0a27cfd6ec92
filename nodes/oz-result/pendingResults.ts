import type { Node } from 'node-red';
import type { CheckResult, WaitTarget } from '../../client';
import type { Job } from '../shared/job';
import { isHttpRequest } from './httpAnswer';

/** What a message asks for. */
export interface Question {
  /** The flow that ordered the analyses, or a webhook. */
  origin: 'flow' | 'webhook';
  target: WaitTarget;
  /** Analyses that a webhook's body names. */
  named?: string[];
}

interface Waiting {
  job: Job;
  origin: Question['origin'];
}

interface Answered {
  origin: Question['origin'];
  analysisIds: ReadonlySet<string>;
}

/** Maximum number of verdicts remembered, to recognise webhooks that come after them. */
const MAX_REMEMBERED = 1000;

/** By node id, for the life of the process. */
const answersOf = new Map<string, Map<string, Answered>>();

/**
 * Who waits for which folder. Of a message of the flow and the webhooks about the same folder exactly one carries the
 * verdict on, whichever comes first. Two messages of the flow are two questions and get two answers.
 */
export class PendingResults {
  readonly #waiting = new Map<string, Set<Waiting>>();
  readonly #answers: Map<string, Answered>;

  /** Remembers the verdicts that a node sent across deploys, until the node is removed. */
  constructor(node: Node) {
    this.#answers = answersOf.get(node.id) ?? new Map<string, Answered>();
    answersOf.set(node.id, this.#answers);
    node.on('close', (removed: boolean, done: () => void) => {
      if (removed) answersOf.delete(node.id);
      done();
    });
  }

  /**
   * Returns a function to call when the wait is over, or `undefined` when there is nothing to wait for because another
   * message carries, or carried, the verdict on. A message of the flow replaces webhooks that wait.
   */
  begin({ origin, target, named }: Question, job: Job): (() => void) | undefined {
    const { folderId, analysisIds } = target;
    if (folderId === undefined) return () => undefined;
    const waiting = this.#waiting.get(folderId) ?? new Set();
    if (origin === 'webhook' && (waiting.size > 0 || this.#knows(folderId, named))) return undefined;
    // An HTTP client that waits for the response to this very message gets its result in any case.
    if (origin === 'flow' && !isHttpRequest(job.msg) && this.#overtaken(folderId, analysisIds))
      return undefined;
    if (origin === 'flow') {
      for (const other of waiting) if (other.origin === 'webhook') other.job.dismiss();
    }
    const entry = { job, origin };
    this.#waiting.set(folderId, waiting.add(entry));
    return () => {
      waiting.delete(entry);
      if (waiting.size === 0 && this.#waiting.get(folderId) === waiting) this.#waiting.delete(folderId);
    };
  }

  /** The verdict of a folder is being sent on. */
  answered(origin: Question['origin'], { folderId, analyses }: CheckResult): void {
    this.#answers.delete(folderId);
    this.#answers.set(folderId, { origin, analysisIds: new Set(analyses.map((one) => one.analysisId)) });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MAX_REMEMBERED) break;
      this.#answers.delete(oldest);
    }
  }

  #knows(folderId: string, analysisIds: readonly string[] = []): boolean {
    const answer = this.#answers.get(folderId);
    return answer !== undefined && analysisIds.every((id) => answer.analysisIds.has(id));
  }

  /** Whether a webhook was faster than the flow's own message, which then ends; the next such message is a new question. */
  #overtaken(folderId: string, analysisIds: readonly string[] | undefined): boolean {
    const answer = this.#answers.get(folderId);
    if (answer?.origin !== 'webhook' || !this.#knows(folderId, analysisIds)) return false;
    this.#answers.set(folderId, { ...answer, origin: 'flow' });
    return true;
  }
}
