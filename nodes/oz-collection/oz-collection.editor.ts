{
  interface Properties {
    name: string;
    server: string;
    action: string;
    alias: string;
    aliasType: string;
    company: string;
    companyType: string;
    collection: string;
    collectionType: string;
    person: string;
    personType: string;
    image: string;
    imageType: string;
    media: string;
    mediaType: string;
    metadata: string;
    metadataType: string;
    split: boolean;
  }

  const text = ozDialog.catalogue('oz-collection');
  const IDS = ['msg', 'flow', 'global', 'str', 'env', 'jsonata'] as const;

  /** A validator for a typed input that some of the actions need. */
  const neededFor = (property: string, ...actions: string[]): OzValidator<OzNode<OzProperties>> =>
    ozDialog.typedIf(property, (of) => actions.includes(String(of('action'))));

  RED.nodes.registerType<Properties>('oz-collection', {
    category: 'Oz',
    color: '#8DB8B5',
    defaults: {
      name: { value: '' },
      server: ozDialog.server(),
      action: { value: 'list' },
      alias: { value: 'payload', label: text('label.alias'), validate: neededFor('alias', 'create') },
      aliasType: { value: 'msg' },
      company: {
        value: '',
        label: text('label.company'),
        validate: RED.validators.typedInput({ typeField: 'companyType', allowBlank: true }),
      },
      companyType: { value: 'str' },
      collection: {
        value: 'oz.collectionId',
        label: text('label.collection'),
        validate: ozDialog.typedIf('collection', (of) => !['list', 'create'].includes(String(of('action')))),
      },
      collectionType: { value: 'msg' },
      person: {
        value: 'oz.personId',
        label: text('label.person'),
        validate: neededFor('person', 'removePerson', 'listImages', 'addImage', 'removeImage'),
      },
      personType: { value: 'msg' },
      image: { value: 'oz.imageId', label: text('label.image'), validate: neededFor('image', 'removeImage') },
      imageType: { value: 'msg' },
      media: {
        value: 'payload',
        label: text('label.media'),
        validate: neededFor('media', 'addPerson', 'addImage'),
      },
      mediaType: { value: 'msg' },
      metadata: {
        value: '',
        label: text('label.metadata'),
        validate: RED.validators.typedInput({ typeField: 'metadataType', allowBlank: true }),
      },
      metadataType: { value: 'json' },
      split: { value: false },
    },
    inputs: 1,
    outputs: 1,
    icon: 'oz-collection.svg',
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
      for (const property of ['alias', 'company', 'collection', 'person', 'image', 'media']) {
        ozDialog.typedInput(property, [...IDS]);
      }
      ozDialog.typedInput('metadata', ['json', 'msg', 'flow', 'global', 'jsonata']);
      ozDialog.rowsFollow('action');
      ozDialog.showFaults(this);
    },
  });
}
