{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-account');
  RED.nodes.registerType<Properties>('oz-account', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label: ozDialog.labelBy(text, 'action'),
  });
}
