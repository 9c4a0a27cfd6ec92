{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  const text = ozDialog.catalogue('oz-result');

  /** Offers the context stores of this Node-RED, and the saved one even if it is not among them. */
  const fillStores = (saved: string): void => {
    const select = $('#node-input-store');
    const stores = new Set(RED.settings.context?.stores ?? []);
    if (saved !== '') stores.add(saved);
    for (const store of stores) select.append($('<option>', { value: store }).text(store));
    select.val(saved);
  };

  RED.nodes.registerType<Properties>('oz-result', {
    ...OZ_COMMON,
    defaults: OZ_DEFAULTS,
    label: ozDialog.labelBy(text, 'emit'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    oneditprepare() {
      fillStores(this.store ?? '');
      ozDialog.prepare(this);
    },
  });
}
