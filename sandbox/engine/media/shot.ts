import type { YuvImage } from '../face/image';
import type { Jpeg } from './picture';
import type { Turn } from './turn';

/** One moment of the media, open for a look. */
export interface Shot {
  /** Index in the video, from 0, right once all shots have come; in a ZIP the place in the natural order of names. */
  readonly frame: number;
  timeMs: number;
  /** For videos the frame itself at full size; for stills a copy of at most `LIMITS.stillSide`. */
  image: YuvImage;
  /** The picture at full size, made from the original and turned. */
  jpeg(turn?: Turn): Promise<Jpeg>;
  /** Says that nobody will look at `image` again, so that its memory can be used for the next one. */
  release(): void;
}

/** What is known about the media; complete when its last shot has been read. */
export interface MediaFacts {
  /** Pixels, orientation applied. */
  width: number;
  height: number;
  /** Zero for stills. */
  durationMs: number;
  /** Pictures of a ZIP that could not be read, each with the reason; absent when all could. */
  unread?: string[];
}

/** An opened video, still or set of stills. */
export interface Media {
  kind: 'video' | 'image' | 'shots-set';
  mimeType: string;
  shots(): AsyncIterable<Shot>;
  facts(): MediaFacts;
}
