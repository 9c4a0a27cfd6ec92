import { checkResult, lastGroup, type Folder } from '../../client';
import { bestShotState } from '../shared/bestShotState';
import { ozOf, summary, writeResult, type OzMessage } from '../shared/message';
import type { OzData } from '../shared/oz';

/** A folder as flows get it in `msg.payload`: what `msg.oz` tells about a check, with times and metadata. */
export interface OzFolder extends OzData {
  /** The server's own name for the state of the whole folder. */
  folderResolution: string;
  /** Epoch seconds. */
  timeCreated?: number;
  timeUpdated?: number;
  metadata: Folder['metadata'];
}

/** @param gestures for which this server makes best shots; empty: all */
export function describeFolder(folder: Folder, gestures: readonly string[]): OzFolder {
  const { folderId, media, resolution, metadata, timeCreated, timeUpdated, analyses } = folder;
  return {
    folderId,
    folderResolution: resolution,
    ...(timeCreated === undefined ? {} : { timeCreated }),
    ...(timeUpdated === undefined ? {} : { timeUpdated }),
    metadata,
    media,
    // Without analyses there is no verdict, not even a pending one.
    ...(analyses.length === 0 ? {} : describeCheck(folder, gestures)),
  };
}

function describeCheck({ folderId, analyses, media }: Folder, gestures: readonly string[]): OzData {
  const result = checkResult(folderId, lastGroup(analyses), media);
  const state = bestShotState(result, { before: { folderId, media }, gestures });
  return { ...summary(result), ...(state === undefined ? {} : { bestShotState: state }) };
}

/** Writes a folder into `msg.oz`, replacing what another folder left there. */
export function writeFolder(
  msg: OzMessage,
  folder: Folder,
  withRaw: boolean,
  gestures: readonly string[],
): void {
  const { folderId, media, analyses } = folder;
  ozOf(msg).media = media;
  writeResult(msg, checkResult(folderId, lastGroup(analyses), media), {}, false, gestures);
  const oz = ozOf(msg);
  if (analyses.length === 0) delete oz.resolution;
  if (withRaw) oz.raw = folder.raw;
}
