/** What differs between the API's generations (docs/oz-api.md 3.3, docs/sandbox.md). */
export interface ProfileRules {
  /** Spelling of an analysis's id. */
  analysisIdKeys: readonly ('analyse_id' | 'analysis_id')[];
  /** `extract_best_shot` when it is not sent: true since 5.0.0 (3.2). */
  bestShotByDefault: boolean;
  /** Liveness takes photos since 5.0.0; before, it left them out and could succeed on nothing (3.3). */
  livenessTakesPhotos: boolean;
  /** Photos of documents in liveness: left out since 5.1.0, an error before (4.3). */
  idPhotosInLiveness: 'left-out' | 'error';
  /** The older rules leave the back of a document out of face match and blacklist (4.3). */
  documentBacksCompared: boolean;
  /** The video of a ZIP is in `video_url` since 5.2.0, and not only in `preview_url` (2.5). */
  zipVideoInVideoUrl: boolean;
  /** `analyses` in the payload of an upload (5.2). */
  singleRequest: boolean;
  /** A vendor's client of that time reads an array (5.5). */
  collectionsAsArray: boolean;
}

const NEWEST: ProfileRules = {
  analysisIdKeys: ['analysis_id'],
  bestShotByDefault: true,
  livenessTakesPhotos: true,
  idPhotosInLiveness: 'left-out',
  documentBacksCompared: true,
  zipVideoInVideoUrl: true,
  singleRequest: true,
  collectionsAsArray: false,
};

const UP_TO_5_2: ProfileRules = {
  ...NEWEST,
  analysisIdKeys: ['analyse_id'],
  singleRequest: false,
  collectionsAsArray: true,
};

const RULES = {
  both: { ...NEWEST, analysisIdKeys: ['analyse_id', 'analysis_id'] },
  '4.x': {
    ...UP_TO_5_2,
    bestShotByDefault: false,
    livenessTakesPhotos: false,
    documentBacksCompared: false,
    zipVideoInVideoUrl: false,
  },
  '5.0': { ...UP_TO_5_2, idPhotosInLiveness: 'error', zipVideoInVideoUrl: false },
  '5.x': UP_TO_5_2,
  '6.x': NEWEST,
} as const satisfies Record<string, ProfileRules>;

export type Profile = keyof typeof RULES;

/** Names of the profiles, the usual one first. */
export const PROFILES: readonly Profile[] = ['both', '4.x', '5.0', '5.x', '6.x'];

export function rulesOf(profile: Profile): ProfileRules {
  return RULES[profile];
}
