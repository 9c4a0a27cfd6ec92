import type { Gate } from '../types';

/** Why a frame cannot be the best shot, in words. */
export const GATE_WORDS: Readonly<Record<Gate, string>> = {
  'no-face': 'no face',
  'other-person': 'another person',
  'eyes-closed': 'eyes closed',
  'cut-face': 'face cut by the edge',
  'too-small': 'face too small',
  'turned-away': 'turned away',
  covered: 'face covered',
  'badly-lit': 'too dark or too bright',
};

/** `1 frame`, `3 frames`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
