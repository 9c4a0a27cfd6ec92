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
      const action = ozDialog.word(this, 'action');
      return ozDialog.label(this, text(`canvas.${action}`, { analyses: ozDialog.analyses(this) }));
    },
    labelStyle: ozDialog.labelStyle,
    inputLabels: uploadText('port.input'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    onadd: ozDialog.onadd,
    oneditprepare() {
      ozDialog.prepare(this);
      ozCollections.prepare(this, 'collectionId');
    },
    oneditsave: ozDialog.oneditsave,
  });
}
