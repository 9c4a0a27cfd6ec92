import type { FlowNode } from '../../tools/launch/nodeRed';
import { ACCOUNT } from './server/timingServer';

interface HandWiredOptions {
  channel: string;
  serverUrl: string;
  /** Media come as a path in `msg.filename`, read by core's `file in`. */
  fromDisk?: boolean;
  /** Ask for the result at once and wait a second only after "still processing"; for a server that answers at once. */
  askFirst?: boolean;
  /** End after the upload. */
  uploadOnly?: boolean;
}

const POLL_SECONDS = 1;

/**
 * What a user who knows Node-RED well wires from core nodes: one sign-in whose token stays in the flow's context,
 * connections kept alive, headers set in the dialog, multipart upload as `http request` documents it, a poll each
 * second. Shorter than real ones: no renewal of the token, no wait limit, no retry.
 */
export function handWiredFlow(options: HandWiredOptions): FlowNode[] {
  const { channel, serverUrl } = options;
  const z = `${channel}-tab`;
  const id = (name: string): string => `${channel}-${name}`;
  const node = (name: string, type: string, to: string[], more: object = {}): FlowNode => ({
    id: id(name),
    type,
    z,
    wires: [to.map(id)],
    ...more,
  });
  const http = (name: string, to: string[], method: string, url: string): FlowNode =>
    node(name, 'http request', to, {
      method,
      url,
      ret: 'obj',
      persist: true,
      senderr: true,
      headers: [
        { keyType: 'other', keyValue: 'X-Forensic-Access-Token', valueType: 'msg', valueValue: 'token' },
      ],
    });
  const code = (name: string, to: string[], func: string): FlowNode =>
    node(name, 'function', to, { func, outputs: 1 });

  return [
    { id: z, type: 'tab', label: 'Wired by hand' },
    // Sign in when the flow starts.
    node('begin', 'inject', ['sign-in'], {
      once: true,
      onceDelay: 0.1,
      props: [{ p: 'payload' }],
      payloadType: 'json',
      payload: JSON.stringify({ credentials: ACCOUNT }),
    }),
    node('sign-in', 'http request', ['keep'], {
      method: 'POST',
      url: `${serverUrl}/api/authorize/auth`,
      ret: 'obj',
    }),
    node('keep', 'change', [], {
      rules: [{ t: 'set', p: 'token', pt: 'flow', to: 'payload.access_token', tot: 'msg' }],
    }),
    // The job.
    node('in', 'bench-source', [options.fromDisk ? 'read' : 'form'], { channel }),
    ...(options.fromDisk
      ? [node('read', 'file in', ['form'], { filename: 'filename', filenameType: 'msg', format: '' })]
      : []),
    code(
      'form',
      ['upload'],
      `msg.token = flow.get('token');
       msg.headers = { 'Content-Type': 'multipart/form-data' };
       const file = Buffer.isBuffer(msg.payload)
         ? { value: msg.payload, options: { filename: msg.filename.split('/').pop(), contentType: 'video/mp4' } }
         : msg.payload;
       msg.payload = {
         video1: file,
         payload: JSON.stringify({
           'media:tags': { video1: ['video_selfie', 'video_selfie_blank', 'orientation_portrait'] },
         }),
       };
       return msg;`,
    ),
    http('upload', [options.uploadOnly ? 'out' : 'order'], 'POST', `${serverUrl}/api/folders/`),
    code(
      'order',
      ['start'],
      `msg.url = '${serverUrl}/api/folders/' + msg.payload.folder_id + '/analyses/';
       msg.payload = { analyses: [{ type: 'quality', params: { extract_best_shot: true } }] };
       return msg;`,
    ),
    http('start', ['started'], 'POST', ''),
    code(
      'started',
      [options.askFirst ? 'ask' : 'wait'],
      `msg.url = '${serverUrl}/api/analyses/' + (msg.payload[0].analysis_id || msg.payload[0].analyse_id);
       return msg;`,
    ),
    node('wait', 'delay', ['ask'], {
      pauseType: 'delay',
      timeout: String(POLL_SECONDS),
      timeoutUnits: 'seconds',
    }),
    http('ask', ['finished'], 'GET', ''),
    {
      ...node('finished', 'switch', []),
      property: 'payload.resolution_status',
      propertyType: 'msg',
      rules: [{ t: 'eq', v: 'PROCESSING', vt: 'str' }, { t: 'else' }],
      checkall: 'false',
      outputs: 2,
      wires: [[id('wait')], [id('pick')]],
    },
    code(
      'pick',
      ['out'],
      `msg.resolution = msg.payload.resolution_status;
       const image = (msg.payload.results_media[0].output_images || [])[0];
       msg.payload = image && image.original_url;
       return msg;`,
    ),
    node('out', 'bench-sink', [], { channel }),
    { ...node('catch', 'catch', ['out']), scope: null, uncaught: false },
  ];
}
