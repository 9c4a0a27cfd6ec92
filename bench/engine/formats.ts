/** A way to store a clip. */
export interface Format {
  name: string;
  extension: 'mp4' | 'mov' | 'webm' | 'zip';
  /** Frame size; portrait, as phones film. */
  width: number;
  height: number;
  /** Frames a second. */
  fps: number;
  /** Arguments for ffmpeg's encoder; pictures in a ZIP: how each is stored. */
  encoder: string[] | 'jpeg' | 'png';
  /** Times between frames vary. */
  variable?: boolean;
  /** Stored lying on its side, with the turn noted in the file. */
  rotated?: boolean;
}

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-pix_fmt', 'yuv420p'];
const HEVC = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-crf',
  '24',
  '-tag:v',
  'hvc1',
  '-x265-params',
  'log-level=error',
];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '3M'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1', '-b:v', '3M'];

const mp4 = { extension: 'mp4', width: 480, height: 640, fps: 30, encoder: H264 } as const;

/** Everything phones, browsers and cameras hand in; each clip takes the next. */
export const FORMATS: readonly [Format, ...Format[]] = [
  { ...mp4, name: 'MP4 H.264 480p 30 fps' },
  { ...mp4, name: 'MP4 H.264 720p 30 fps', width: 720, height: 1280 },
  { ...mp4, name: 'MOV HEVC', extension: 'mov', encoder: [...HEVC, '-pix_fmt', 'yuv420p'] },
  { ...mp4, name: 'WebM VP8', extension: 'webm', width: 640, height: 480, encoder: VP8 },
  { ...mp4, name: 'MP4 rotation metadata', rotated: true },
  { ...mp4, name: 'MP4 variable frame rate', variable: true },
  { ...mp4, name: 'MP4 H.264 24 fps', fps: 24, width: 640, height: 480 },
  { ...mp4, name: 'MP4 H.264 60 fps', fps: 60 },
  { ...mp4, name: 'ZIP of JPEG', extension: 'zip', fps: 5, encoder: 'jpeg' },
  { ...mp4, name: 'WebM VP9', extension: 'webm', width: 540, height: 960, encoder: VP9 },
  { ...mp4, name: 'MP4 H.264 1080p 25 fps', fps: 25, width: 1080, height: 1920 },
  { ...mp4, name: 'MOV HEVC 10 bit', extension: 'mov', encoder: [...HEVC, '-pix_fmt', 'yuv420p10le'] },
  { ...mp4, name: 'MP4 H.264 480p 50 fps landscape', fps: 50, width: 854, height: 480 },
  { ...mp4, name: 'ZIP of PNG', extension: 'zip', fps: 5, encoder: 'png' },
  { ...mp4, name: 'MP4 H.264 720p landscape', width: 1280, height: 720 },
];
