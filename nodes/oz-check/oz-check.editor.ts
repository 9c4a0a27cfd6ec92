{
  interface Properties {
    name: string;
    server: string;
    action: string;
    media: string;
    mediaType: string;
    tags: string;
    gesture: string;
    orientation: string;
    customTags: string;
    instant: boolean;
    liveness: boolean;
    bestShot: boolean;
    biometry: boolean;
    collection: boolean;
    documents: boolean;
    emit: string;
    raw: boolean;
    outputs: number;
    timeout: number;
    onTimeout: string;
    metadata: string;
    metadataType: string;
  }

  const text = ozDialog.catalogue('oz-check');
  const uploadText = ozDialog.catalogue('oz-upload');

  RED.nodes.registerType<Properties>('oz-check', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      action: { value: 'check' },
      media: {
        value: 'payload',
        label: uploadText('label.media'),
        validate: ozDialog.typedIf('media', (of) => of('action') === 'check'),
      },
      mediaType: { value: 'msg' },
      tags: { value: 'selfie-video' },
      gesture: { value: 'blank' },
      orientation: { value: 'portrait' },
      customTags: { value: '', validate: ozDialog.customTags },
      instant: { value: false },
      liveness: { value: true, validate: ozDialog.someAnalysis },
      bestShot: { value: true },
      biometry: { value: false },
      collection: { value: false },
      documents: { value: false },
      emit: { value: 'bestShotUrl' },
      raw: { value: false },
      outputs: { value: 1 },
      timeout: {
        value: 300,
        label: ozDialog.catalogue('oz-result')('label.timeout'),
        validate: ozDialog.number(1, 86_400),
      },
      onTimeout: { value: 'error' },
      metadata: {
        value: '',
        label: uploadText('label.metadata'),
        validate: RED.validators.typedInput({ typeField: 'metadataType', allowBlank: true }),
      },
      metadataType: { value: 'json' },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-check.svg',
    paletteLabel: text('label.node'),
    label() {
      return this.name || text(this.action === 'sessionToken' ? 'label.tokenNode' : 'label.node');
    },
    labelStyle() {
      return this.name ? 'node_label_italic' : '';
    },
    inputLabels: uploadText('port.input'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    oneditprepare() {
      ozDialog.fillMissing(this);
      ozDialog.typedInput('media', ['msg', 'flow', 'global', 'str', 'env', 'jsonata']);
      ozDialog.typedInput('metadata', ['json', 'msg', 'flow', 'global', 'jsonata']);
      ozDialog.rowsFollow('tags');
      ozDialog.rowsFollow('action');
      ozDialog.bestShotNeedsLiveness();
      ozDialog.openFoldIf(Boolean(this.metadata || this.raw));
      ozDialog.showFaults(this);
    },
  });
}
