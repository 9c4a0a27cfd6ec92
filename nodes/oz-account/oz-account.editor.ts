{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-account');
  RED.nodes.registerType<Properties>('oz-account', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: OZ_DEFAULTS,
    inputs: 1,
    outputs: 1,
    icon: 'oz-account.svg',
    paletteLabel: text('label.node'),
    label() {
      return ozDialog.label(this, text(`canvas.${ozDialog.word(this, 'action')}`));
    },
    labelStyle: ozDialog.labelStyle,
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
    onadd: ozDialog.onadd,
    oneditprepare: ozDialog.oneditprepare,
    oneditsave: ozDialog.oneditsave,
  });
}
