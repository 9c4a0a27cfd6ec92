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
      return ozDialog.label(this, text(`canvas.${ozDialog.word(this, 'tags')}`));
    },
    labelStyle: ozDialog.labelStyle,
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
    onadd: ozDialog.onadd,
    oneditprepare: ozDialog.oneditprepare,
    oneditsave: ozDialog.oneditsave,
  });
}
