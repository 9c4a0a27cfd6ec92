{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-check');
  const uploadText = ozDialog.catalogue('oz-upload');

  RED.nodes.registerType<Properties>('oz-check', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label() {
      const action = ozDialog.word(this, 'action');
      return ozDialog.label(this, text(`canvas.${action}`, { analyses: ozDialog.analyses(this) }));
    },
    inputLabels: uploadText('port.input'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    oneditprepare() {
      ozDialog.prepare(this);
      ozCollections.prepare(this, 'collectionId');
    },
  });
}
