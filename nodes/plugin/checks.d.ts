/** A check as `GET /oz-checks` tells it: `RecentCheck` of nodes/shared/recentChecks.ts. */
interface OzCheck {
  sequence: number;
  nodeId: string;
  serverId: string;
  finishedAt: number;
  durationMs: number;
  folderId?: string;
  resolution?: string;
  spoofing?: number;
  bestShotState?: 'given' | 'none' | 'notOrdered' | 'notForGesture';
  error?: { code: string; message: string };
  hasBestShot: boolean;
}

/** A step as the editor's tour guide takes it. */
interface OzTourStep {
  title: string;
  /** HTML. */
  description: string;
  titleIcon?: string;
  /** Selector of what the step points at; without it, the step stands in the middle. */
  element?: string;
  direction?: 'top' | 'bottom' | 'left' | 'right';
  /** The step waits until `done` was called. */
  prepare?: (done: () => void) => void;
}
