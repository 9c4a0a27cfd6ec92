{
  interface Properties {
    name: string;
    server: string;
    source: string;
    sourceType: string;
    emit: string;
    raw: boolean;
    outputs: number;
    timeout: number;
    onTimeout: string;
    resume: boolean;
    store: string;
  }

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
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      source: {
        value: 'oz',
        required: true,
        label: text('label.source'),
        validate: RED.validators.typedInput({ typeField: 'sourceType' }),
      },
      sourceType: { value: 'msg' },
      emit: { value: 'bestShotUrl' },
      raw: { value: false },
      outputs: { value: 1 },
      timeout: { value: 300, label: text('label.timeout'), validate: ozDialog.number(1, 86_400) },
      onTimeout: { value: 'error' },
      resume: { value: false },
      store: { value: '' },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-result.svg',
    paletteLabel: text('label.node'),
    label() {
      return this.name || text('label.node');
    },
    labelStyle() {
      return this.name ? 'node_label_italic' : '';
    },
    inputLabels: text('port.input'),
    outputLabels(index) {
      return ozDialog.verdictPort(this.outputs, index);
    },
    oneditprepare() {
      ozDialog.fillMissing(this);
      ozDialog.typedInput('source', ['msg', 'flow', 'global', 'str', 'json', 'jsonata']);
      fillStores(this.store ?? '');
      const resume = $('#node-input-resume');
      const showStore = (): void => {
        $('#oz-result-store').toggle(resume.is(':checked'));
        RED.tray.resize();
      };
      resume.on('change', showStore);
      showStore();
      ozDialog.openFoldIf(Boolean(this.resume || this.raw));
      ozDialog.showFaults(this);
    },
  });
}
