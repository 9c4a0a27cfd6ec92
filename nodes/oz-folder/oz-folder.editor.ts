{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-folder');
  RED.nodes.registerType<Properties>('oz-folder', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label: ozDialog.labelBy(text, 'action'),
  });
}
