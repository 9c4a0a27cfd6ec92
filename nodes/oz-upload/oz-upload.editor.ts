{
  interface Properties {
    name: string;
    server: string;
    media: string;
    mediaType: string;
    tags: string;
    gesture: string;
    orientation: string;
    customTags: string;
    folder: string;
    folderType: string;
    metadata: string;
    metadataType: string;
    webhook: string;
    webhookType: string;
  }

  const text = ozDialog.catalogue('oz-upload');

  RED.nodes.registerType<Properties>('oz-upload', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      media: {
        value: 'payload',
        required: true,
        label: text('label.media'),
        validate: RED.validators.typedInput({ typeField: 'mediaType' }),
      },
      mediaType: { value: 'msg' },
      tags: { value: 'selfie-video' },
      gesture: { value: 'blank' },
      orientation: { value: 'portrait' },
      customTags: { value: '', validate: ozDialog.customTags },
      folder: {
        value: '',
        label: text('label.folder'),
        validate: RED.validators.typedInput({ typeField: 'folderType', allowBlank: true }),
      },
      folderType: { value: 'msg' },
      metadata: {
        value: '',
        label: text('label.metadata'),
        validate: RED.validators.typedInput({ typeField: 'metadataType', allowBlank: true }),
      },
      metadataType: { value: 'json' },
      webhook: { value: '', validate: ozDialog.webAddress('webhook') },
      webhookType: { value: 'str' },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-upload.svg',
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
      ozDialog.typedInput('media', ['msg', 'flow', 'global', 'str', 'env', 'jsonata']);
      ozDialog.typedInput('folder', ['msg', 'flow', 'global', 'str', 'env', 'jsonata']);
      ozDialog.typedInput('metadata', ['json', 'msg', 'flow', 'global', 'jsonata']);
      ozDialog.typedInput('webhook', ['str', 'msg', 'flow', 'global', 'env', 'jsonata']);
      ozDialog.rowsFollow('tags');
      ozDialog.openFoldIf(Boolean(this.folder || this.metadata || this.webhook));
      ozDialog.showFaults(this);
    },
  });
}
