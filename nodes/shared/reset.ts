import type { Jobs } from './lifecycle';
import type { OzMessage } from './message';

/**
 * `msg.reset` cancels what a waiting node has under way: everything, or, when it is a folder's id, the messages of that
 * folder. The cancelled ones go to Catch with OZ_CANCELLED; the resetting message ends here.
 */
export function takeReset(msg: OzMessage, jobs: Jobs): boolean {
  const { reset } = msg;
  if (reset === undefined || reset === false || reset === null || reset === '') return false;
  jobs.cancel((job) => typeof reset !== 'string' || job.msg.oz?.folderId === reset);
  return true;
}
