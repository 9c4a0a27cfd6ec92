/** Loaded by mocha before any test (.mocharc.json): the sandbox and the tests find an ffmpeg that was fetched. */
import { ffmpegOntoPath } from '../../tools/launch/programs';

ffmpegOntoPath();
