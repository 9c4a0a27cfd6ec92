{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-upload');

  RED.nodes.registerType<Properties>('oz-upload', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: OZ_DEFAULTS,
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
      ozDialog.prepare(this);
    },
  });
}
