{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-analyze');

  RED.nodes.registerType<Properties>('oz-analyze', {
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
    labelStyle: ozDialog.labelStyle,
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
    onadd: ozDialog.onadd,
    oneditprepare() {
      ozDialog.prepare(this);
      ozCollections.prepare(this, 'collectionId');
    },
    oneditsave: ozDialog.oneditsave,
  });
}
