import type { NodeAPI } from 'node-red';

export function serveConnectionTest(_RED: NodeAPI): void {}
