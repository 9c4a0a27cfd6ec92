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
    category: 'Oz',
    color: '#8DB8B5',
    defaults: OZ_DEFAULTS,
    inputs: 1,
    outputs: 1,
    icon: 'oz-result.svg',
    paletteLabel: text('label.node'),
    label() {
      return ozDialog.label(this, text(`canvas.${ozDialog.word(this, 'emit')}`));
    },
    labelStyle: ozDialog.labelStyle,
    inputLabels: text('port.input'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    onadd: ozDialog.onadd,
    oneditprepare() {
      fillStores(this.store ?? '');
      ozDialog.prepare(this);
    },
    oneditsave: ozDialog.oneditsave,
  });
}
