{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-upload');
  RED.nodes.registerType<Properties>('oz-upload', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label: ozDialog.labelBy(text, 'tags'),
  });
}
