import { checkResult, lastGroup, type Folder } from '../../client';
import { ozOf, summary, writeResult, type OzData, type OzMessage } from '../shared/message';

/** A folder as flows get it in `msg.payload`: what `msg.oz` tells about a check, with times and metadata. */
export interface OzFolder extends OzData {
  /** The server's own word for the state of the whole folder. */
  folderResolution: string;
  /** Epoch seconds. */
  timeCreated?: number;
  timeUpdated?: number;
  metadata: Folder['metadata'];
}

export function describeFolder(folder: Folder): OzFolder {
  const { folderId, media, resolution, metadata, timeCreated, timeUpdated, analyses } = folder;
  return {
    folderId,
    folderResolution: resolution,
    ...(timeCreated === undefined ? {} : { timeCreated }),
    ...(timeUpdated === undefined ? {} : { timeUpdated }),
    metadata,
    media,
    // Without analyses there is no verdict, not even a pending one.
    ...(analyses.length === 0 ? {} : summary(checkResult(folderId, lastGroup(analyses), media))),
  };
}

/** Writes a folder into `msg.oz`, in the place of what another folder left there. */
export function writeFolder(msg: OzMessage, folder: Folder, withRaw: boolean): void {
  const { folderId, media, analyses } = folder;
  writeResult(msg, checkResult(folderId, lastGroup(analyses), media), {}, false);
  const oz = ozOf(msg);
  oz.media = media;
  if (analyses.length === 0) delete oz.resolution;
  if (withRaw) oz.raw = folder.raw;
}
