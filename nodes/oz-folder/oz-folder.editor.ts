{
  interface Properties {
    name: string;
    server: string;
    action: string;
    target: string;
    folder: string;
    folderType: string;
    targetId: string;
    targetIdType: string;
    metadata: string;
    metadataType: string;
    since: string;
    sinceType: string;
    until: string;
    untilType: string;
    resolution: string;
    filter: string;
    filterType: string;
    limit: number;
    split: boolean;
    raw: boolean;
  }

  const text = ozDialog.catalogue('oz-folder');
  const IDS = ['msg', 'flow', 'global', 'str', 'env', 'jsonata'] as const;
  const TIMES = ['msg', 'flow', 'global', 'str', 'num', 'jsonata'] as const;

  /** Whose id the action needs: that of a folder, of a media, of an analysis, or none. */
  const subjectOf = (action: unknown, target: unknown): string => {
    if (action === 'list') return 'none';
    return String(action).endsWith('Metadata') ? String(target) : 'folder';
  };

  RED.nodes.registerType<Properties>('oz-folder', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      action: { value: 'get' },
      target: { value: 'folder' },
      folder: {
        value: 'oz.folderId',
        label: ozDialog.catalogue('oz-auth')('dialog.folder'),
        validate: ozDialog.typedIf('folder', (of) => subjectOf(of('action'), of('target')) === 'folder'),
      },
      folderType: { value: 'msg' },
      targetId: {
        value: '',
        label: text('label.targetId'),
        validate: ozDialog.typedIf('targetId', (of) =>
          ['media', 'analysis'].includes(subjectOf(of('action'), of('target'))),
        ),
      },
      targetIdType: { value: 'msg' },
      metadata: {
        value: 'payload',
        label: text('label.metadata'),
        validate: ozDialog.typedIf('metadata', (of) =>
          ['addMetadata', 'changeMetadata'].includes(String(of('action'))),
        ),
      },
      metadataType: { value: 'msg' },
      since: {
        value: '',
        label: text('label.since'),
        validate: RED.validators.typedInput({ typeField: 'sinceType', allowBlank: true }),
      },
      sinceType: { value: 'msg' },
      until: {
        value: '',
        label: text('label.until'),
        validate: RED.validators.typedInput({ typeField: 'untilType', allowBlank: true }),
      },
      untilType: { value: 'msg' },
      resolution: { value: '' },
      filter: {
        value: '',
        label: text('label.filter'),
        validate: RED.validators.typedInput({ typeField: 'filterType', allowBlank: true }),
      },
      filterType: { value: 'json' },
      limit: { value: 100, label: text('label.limit'), validate: ozDialog.number(1, 100_000, true) },
      split: { value: false },
      raw: { value: false },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-folder.svg',
    paletteLabel: text('label.node'),
    label() {
      return this.name || text('label.node');
    },
    labelStyle() {
      return this.name ? 'node_label_italic' : '';
    },
    inputLabels: text('port.input'),
    outputLabels: () => text('port.output'),
    oneditprepare() {
      ozDialog.fillMissing(this);
      ozDialog.typedInput('folder', [...IDS]);
      ozDialog.typedInput('targetId', [...IDS]);
      ozDialog.typedInput('metadata', ['msg', 'json', 'flow', 'global', 'jsonata']);
      ozDialog.typedInput('since', [...TIMES]);
      ozDialog.typedInput('until', [...TIMES]);
      ozDialog.typedInput('filter', ['json', 'msg', 'flow', 'global', 'jsonata']);
      ozDialog.rowsFollow('action');
      const action = $('#node-input-action');
      const target = $('#node-input-target');
      const showSubject = (): void => ozDialog.showRows('subject', subjectOf(action.val(), target.val()));
      action.add(target).on('change', showSubject);
      showSubject();
      ozDialog.showFaults(this);
    },
  });
}
