{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-collection');
  RED.nodes.registerType<Properties>('oz-collection', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label: ozDialog.labelBy(text, 'action'),
  });
}
