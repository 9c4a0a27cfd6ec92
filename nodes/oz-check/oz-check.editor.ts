{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-check');
  const uploadText = ozDialog.catalogue('oz-upload');

  RED.nodes.registerType<Properties>('oz-check', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: OZ_DEFAULTS,
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
      ozDialog.prepare(this);
    },
  });
}
