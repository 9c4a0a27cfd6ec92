import type { Api } from './api';
import { liteCalls } from './calls/lite';
import { extractTemplate, liteCheck } from './calls/liteCheck';
import type { OzClient } from './contract';
import { ozError } from './errors/errorMessages';
import type { MediaLimits } from './media/prepare';

/** The calls to a server that speaks API Lite (docs/oz-api.md 5.6): it checks photos, and has nothing of the rest. */
export function liteClient(
  api: Api,
  limits: MediaLimits,
): Omit<OzClient, 'bestShotGestures' | 'testConnection' | 'load' | 'close'> {
  const lite = liteCalls(api);
  const no = (): Promise<never> => Promise.reject(ozError('liteOnlyCheck', { host: api.server.host }));
  return {
    check: liteCheck(lite, limits),
    faceTemplate: (request, options) => extractTemplate(lite, limits, request, options),
    sessionToken: no,
    folders: { create: no, createFromContainer: no, addMedia: no, get: no, list: no, delete: no },
    media: { list: no, setTags: no, delete: no },
    analyses: { start: no, get: no, wait: no, hint: () => {} },
    metadata: { get: no, add: no, change: no, delete: no },
    collections: {
      companies: no,
      list: no,
      create: no,
      delete: no,
      persons: no,
      person: no,
      addPerson: no,
      deletePerson: no,
      images: no,
      addImages: no,
      deleteImage: no,
    },
    accounts: {
      whoAmI: no,
      users: no,
      createUser: no,
      deactivateUser: no,
      createCompany: no,
      deleteCompany: no,
    },
    download: no,
  };
}
