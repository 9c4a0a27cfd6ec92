{
  interface Properties {
    name: string;
    server: string;
    folder: string;
    folderType: string;
    liveness: boolean;
    bestShot: boolean;
    biometry: boolean;
    collection: boolean;
    documents: boolean;
    sourceMedia: string;
    sourceMediaType: string;
    webhook: string;
    webhookType: string;
  }

  const text = ozDialog.catalogue('oz-analyze');

  RED.nodes.registerType<Properties>('oz-analyze', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      folder: {
        value: 'oz.folderId',
        required: true,
        label: ozDialog.catalogue('oz-auth')('dialog.folder'),
        validate: RED.validators.typedInput({ typeField: 'folderType' }),
      },
      folderType: { value: 'msg' },
      liveness: { value: true, validate: ozDialog.someAnalysis },
      bestShot: { value: true },
      biometry: { value: false },
      collection: { value: false },
      documents: { value: false },
      sourceMedia: {
        value: '',
        label: text('label.sourceMedia'),
        validate: RED.validators.typedInput({ typeField: 'sourceMediaType', allowBlank: true }),
      },
      sourceMediaType: { value: 'msg' },
      webhook: { value: '', validate: ozDialog.webAddress('webhook') },
      webhookType: { value: 'str' },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-analyze.svg',
    paletteLabel: text('label.node'),
    label() {
      return this.name || text('label.node');
    },
    labelStyle() {
      return this.name ? 'node_label_italic' : '';
    },
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
    oneditprepare() {
      ozDialog.fillMissing(this);
      ozDialog.typedInput('folder', ['msg', 'flow', 'global', 'str', 'env', 'jsonata']);
      ozDialog.typedInput('sourceMedia', ['msg', 'flow', 'global', 'str', 'json', 'jsonata']);
      ozDialog.typedInput('webhook', ['str', 'msg', 'flow', 'global', 'env', 'jsonata']);
      ozDialog.bestShotNeedsLiveness();
      ozDialog.openFoldIf(Boolean(this.sourceMedia || this.webhook));
      ozDialog.showFaults(this);
    },
  });
}
