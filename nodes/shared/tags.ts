import { nodeError } from './errors';
import type { OzMessage } from './message';
import { overrideOf, type Options } from './options';
import { MEDIA } from './properties/groups';

type MediaOptions = Options<typeof MEDIA>;

const PRESETS = MEDIA.tags.choices;
type Preset = (typeof PRESETS)[number];

/** Tags for all media of a message, or `container` for an OzCapsula, which carries its own. */
export function readTags(options: MediaOptions, msg: OzMessage): string[] | 'container' {
  const override = overrideOf(msg, 'tags');
  if (Array.isArray(override)) return override.map(tagOf);
  const preset = PRESETS.find((known) => known === override);
  if (override !== undefined && preset === undefined) throw nodeError('tagsInvalid');
  return tagsOf(options.tags, options);
}

function tagsOf(preset: Preset, options: MediaOptions): string[] | 'container' {
  switch (preset) {
    case 'container':
      return 'container';
    case 'selfie-photo':
      return ['photo_selfie'];
    case 'id-front':
      return ['photo_id', 'photo_id_front'];
    case 'id-back':
      return ['photo_id', 'photo_id_back'];
    case 'custom':
      return customTags(options);
    // A ZIP of frames is a video in pictures and is tagged as one. Names on the wire: docs/oz-api.md 4.4.
    case 'selfie-video':
    case 'frames-zip': {
      const gesture = options.gesture;
      const orientation = options.orientation;
      return ['video_selfie', `video_selfie_${gesture}`, `orientation_${orientation}`];
    }
  }
}

function customTags(options: MediaOptions): string[] {
  const tags = options.customTags.split(',').map((tag) => tag.trim());
  const named = tags.filter((tag) => tag !== '');
  if (named.length === 0) throw nodeError('tagsMissing');
  return named;
}

function tagOf(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw nodeError('tagsInvalid');
}
