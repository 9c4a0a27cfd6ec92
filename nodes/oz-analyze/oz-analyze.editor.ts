{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-analyze');

  RED.nodes.registerType<Properties>('oz-analyze', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label() {
      return ozDialog.label(this, ozDialog.analyses(this));
    },
    oneditprepare() {
      ozDialog.prepare(this);
      ozCollections.prepare(this, 'collectionId');
    },
  });
}
