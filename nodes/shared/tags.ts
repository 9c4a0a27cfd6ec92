import { nodeError } from './errors';
import type { Options } from './options';

/** Ways a person is filmed. What each is called on the wire: the Oz reference, section 4.4. */
const GESTURES = ['blank', 'smile', 'eyes', 'left', 'right', 'down', 'high', 'scan'] as const;
const ORIENTATIONS = ['portrait', 'landscape'] as const;

const PRESETS = [
  'selfie-video',
  'selfie-photo',
  'id-front',
  'id-back',
  'frames-zip',
  'container',
  'custom',
] as const;

type Preset = (typeof PRESETS)[number];

/** Tags of every media of a message, or `container` for an OzCapsula, which carries its own. */
export function readTags(options: Options): string[] | 'container' {
  const override = options.override('tags');
  if (Array.isArray(override)) return override.map(tagOf);
  const preset = PRESETS.find((known) => known === override);
  if (override !== undefined && preset === undefined) throw nodeError('tagsInvalid');
  return tagsOf(options.choice('tags', PRESETS, 'selfie-video'), options);
}

function tagsOf(preset: Preset, options: Options): string[] | 'container' {
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
    // A ZIP of frames is a video in pictures and is tagged as one.
    case 'selfie-video':
    case 'frames-zip': {
      const gesture = options.choice('gesture', GESTURES, 'blank');
      const orientation = options.choice('orientation', ORIENTATIONS, 'portrait');
      return ['video_selfie', `video_selfie_${gesture}`, `orientation_${orientation}`];
    }
  }
}

function customTags(options: Options): string[] {
  const tags = options
    .line('customTags')
    .split(',')
    .map((tag) => tag.trim());
  const named = tags.filter((tag) => tag !== '');
  if (named.length === 0) throw nodeError('tagsMissing');
  return named;
}

function tagOf(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw nodeError('tagsInvalid');
}
