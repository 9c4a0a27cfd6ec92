import type { FlowNode } from '../../tools/launch/nodeRed';
import { ACCOUNT } from './server/timingServer';

interface PaletteFlowOptions {
  channel: string;
  serverUrl: string;
  /** Further properties of the `oz-auth` node, e.g. `maxFileMB`. */
  auth?: Record<string, unknown>;
  /** URL of the `http in` node of this flow: told to the server, and its messages go to `oz-result` as hints. */
  webhook?: { path: string; url: string };
  uploadOnly?: boolean;
}

/** The same job with the palette: three nodes in a row and their server. */
export function paletteFlow(options: PaletteFlowOptions): FlowNode[] {
  const { channel, webhook } = options;
  const z = `${channel}-tab`;
  const id = (name: string): string => `${channel}-${name}`;
  const server = id('auth');
  return [
    { id: z, type: 'tab', label: 'With the palette' },
    { id: server, type: 'oz-auth', url: options.serverUrl, credentials: ACCOUNT, ...options.auth },
    { id: id('in'), type: 'bench-source', z, channel, wires: [[id('upload')]] },
    {
      id: id('upload'),
      type: 'oz-upload',
      textAs: 'either',
      z,
      server,
      ...(webhook && { webhook: webhook.url, webhookType: 'str' }),
      wires: [[id(options.uploadOnly ? 'out' : 'analyze')]],
    },
    { id: id('analyze'), type: 'oz-analyze', z, server, wires: [[id('result')]] },
    { id: id('result'), type: 'oz-result', z, server, wires: [[id('out')]] },
    { id: id('out'), type: 'bench-sink', z, channel, wires: [] },
    { id: id('catch'), type: 'catch', z, scope: null, uncaught: false, wires: [[id('out')]] },
    ...(webhook
      ? [
          {
            id: id('hook'),
            type: 'http in',
            z,
            url: webhook.path,
            method: 'post',
            wires: [[id('ok'), id('result')]],
          },
          { id: id('ok'), type: 'http response', z, statusCode: '200', wires: [] },
        ]
      : []),
  ];
}
