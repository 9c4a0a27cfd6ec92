import type { UploadProgress } from '../../client';
import type { Job } from './lifecycle';

/** Smaller uploads are over before a percentage can be read. Bytes. */
const WORTH_A_PERCENTAGE = 1024 * 1024;

/** Shows how much of a large upload has been sent. */
export const progressOf =
  (job: Job) =>
  ({ sentBytes, totalBytes }: UploadProgress): void => {
    if (totalBytes >= WORTH_A_PERCENTAGE) job.stage('uploading', (100 * sentBytes) / totalBytes);
  };
