{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-analyze');

  RED.nodes.registerType<Properties>('oz-analyze', {
    ...ozDialog.common,
    category: 'Oz',
    color: '#8DB8B5',
    defaults: OZ_DEFAULTS,
    inputs: 1,
    outputs: 1,
    icon: 'oz-analyze.svg',
    paletteLabel: text('label.node'),
    label() {
      return ozDialog.label(this, ozDialog.analyses(this));
    },
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
  });
}
