/**
 * What the dialogs of all Oz nodes share. The build puts it, with dialog.css, into the page of each node, so that no node
 * depends on another; hence `var`: running it again must not be an error.
 */
var ozDialog = (() => {
  type Values = Readonly<Record<string, string | number>>;
  type AnyNode = OzNode<OzProperties>;

  const translate = (key: string, values?: Values): string => RED._(key, values);

  /** Makes a function that translates keys of the catalogue of one of our nodes. */
  const catalogue =
    (node: string) =>
    (key: string, values?: Values): string =>
      translate(`@ozflow/node-red-oz/${node}:${key}`, values);

  const text = catalogue('oz-auth');

  const prefixOf = (node: AnyNode): string =>
    node._def.category === 'config' ? 'node-config-input' : 'node-input';

  /** The control of a property in the open dialog; empty when the dialog is closed or another node's. */
  const controlOf = (node: AnyNode, property: string): JQuery => {
    const control = $(`#${prefixOf(node)}-${property}`);
    return control.closest('.oz-dialog').data('node') === node.id ? control : $();
  };

  /** A property as the flow holds it. `undefined`: the flow left it out. */
  const saved = (node: AnyNode, property: string): unknown =>
    Object.getOwnPropertyDescriptor(node, property)?.value;

  /**
   * The property as it would be saved now: from the open dialog, else from the node, else its default, since flows
   * may leave out what is at its default.
   */
  const current = (node: AnyNode, property: string): unknown => {
    const control = controlOf(node, property);
    if (control.is(':checkbox')) return control.is(':checked');
    if (control.length > 0) return control.val();
    return value(node, property);
  };

  /** What an absent property means: the default in the version that saved the node. */
  const meant = (node: AnyNode, { value: now, facts }: OzDefinition): unknown => {
    const version = Number(saved(node, 'version')) || 0;
    return facts?.was?.find(({ before }) => version < before)?.default ?? now;
  };

  /** The property as the flow means it. */
  const value = (node: AnyNode, property: string): unknown => {
    const definition = node._def.defaults[property];
    return saved(node, property) ?? (definition && meant(node, definition));
  };

  /** Whether one of the conditions holds. Without any, a property always counts. */
  const holds = (node: AnyNode, conditions: OzFacts['when']): boolean =>
    conditions === undefined ||
    conditions.some((all) =>
      Object.entries(all).every(([other, choices]) =>
        choices.some((choice) => String(choice) === String(current(node, other))),
      ),
    );

  /** Validates a property's value by its declaration, with the dialog open or closed. */
  const judge = (node: AnyNode, facts: OzFacts, given: unknown): OzVerdict => {
    if (!holds(node, facts.when)) return true;
    const label = translate(facts.label);
    if (facts.required === true && given === '') return text('dialog.invalid.needed', { label });
    if (facts.kind === 'number') {
      const { min = -Infinity, max = Infinity, whole = false } = facts;
      const written = String(given).trim();
      const number = written === '' ? Number.NaN : Number(written);
      if (number >= min && number <= max && (!whole || Number.isInteger(number))) return true;
      const key = whole ? 'dialog.invalid.wholeNumber' : 'dialog.invalid.number';
      return text(key, { label, least: min, most: max });
    }
    if (facts.kind === 'typed' && given !== '') {
      const type = String(current(node, `${facts.name}Type`));
      const valid = RED.validators.typedInput({ typeField: `${facts.name}Type` }).call(node, given);
      // The editor's own sentence is partly English in every language.
      if (valid !== true)
        return text(`dialog.invalid.typed.${/^(json|num)/.test(type) ? type : 'path'}`, { label });
    }
    return checks[facts.check ?? '']?.call(node, given, facts) ?? true;
  };

  /** Validators named by the tables. A node's script may add its own. */
  const checks: Record<string, (this: AnyNode, value: unknown, facts: OzFacts) => OzVerdict> = {
    /** A web address; of a typed input only fixed text can be judged here. */
    webAddress(value, { name }) {
      if (value === '' || current(this, `${name}Type`) !== 'str') return true;
      return /^https?:\/\/[^\s/]+/i.test(String(value).trim()) || text('dialog.invalid.webAddress');
    },
    tags: (value) => String(value).replaceAll(',', '').trim() !== '' || text('dialog.invalid.customTags'),
    /** A new person needs none; to add or change none is an error. */
    metadata(value, { label }) {
      if (value !== '' || current(this, 'action') === 'addPerson') return true;
      return text('dialog.invalid.needed', { label: translate(label) });
    },
    someAnalysis() {
      const analyses = ['liveness', 'biometry', 'collection', 'documents'];
      return analyses.some((analysis) => current(this, analysis) === true) || text('dialog.invalid.analyses');
    },
  };

  /** The editor's definition of a property. Both parameters of `validate` must be declared: see OzValidator. */
  const property = (facts: OzFacts): OzDefinition => {
    const { value } = facts;
    const label = translate(facts.label);
    if (facts.kind === 'config')
      return { value, type: facts.type ?? '', required: facts.required === true, label, facts };
    const validate: OzValidator<AnyNode> = function (given, _options) {
      return judge(this, facts, given ?? meant(this, { value, facts }));
    };
    return { value, label, validate: validate as OzValidator<unknown>, facts };
  };

  /** The editor's definition of a credential; validators of these run in the open dialog only. */
  const credential = (facts: OzFacts): OzDefinition => {
    const validate: OzValidator<AnyNode> = function (given, _options) {
      return judge(this, facts, given ?? '');
    };
    const label = translate(facts.label);
    return { type: facts.type ?? 'text', label, validate: validate as OzValidator<unknown> };
  };

  /** The sentence for a value that the editor has found wrong. */
  const sentenceFor = (node: AnyNode, definition: OzDefinition, value: unknown): string => {
    const label = definition.label ?? '';
    if (definition.validate === undefined) return text('dialog.invalid.choose', { label });
    const verdict = definition.validate.call(node, value, { label });
    return typeof verdict === 'string' ? verdict : text('dialog.invalid.needed', { label });
  };

  /** Puts the defaults into the controls of properties that the flow does not hold. */
  const fillMissing = (node: AnyNode): void => {
    for (const [name, definition] of Object.entries(node._def.defaults)) {
      if (definition.type !== undefined || saved(node, name) !== undefined) continue;
      const control = controlOf(node, name);
      const missing = meant(node, definition);
      if (typeof missing === 'boolean') control.prop('checked', missing);
      else control.val(String(missing));
    }
  };

  /** Turns a property and its `…Type` companion into a typed input. */
  const typedInput = (node: AnyNode, name: string, types: readonly string[]): void => {
    const element = controlOf(node, name);
    element.typedInput({
      types: [...types] as import('node-red').EditorWidgetTypedInputOptions['types'],
      typeField: `#${prefixOf(node)}-${name}Type`,
    });
    element.typedInput('width', '100%');
    ozReach.typedInput(element);
  };

  /** Shows the parts of the dialog whose `data-when` holds; hides the others, or greys them. */
  const followChoices = (node: AnyNode, dialog: JQuery): void => {
    const show = (): void => {
      dialog.find('[data-when]').each((_index, element) => {
        const part = $(element);
        const on = holds(node, part.data('when') as OzFacts['when']);
        if (part.is('[data-greyed]')) part.toggleClass('oz-off', !on).find('input').prop('disabled', !on);
        else part.toggle(on);
      });
      RED.tray.resize();
    };
    dialog.on('change', 'select, :checkbox', show);
    show();
  };

  /** Opens the folded part of the dialog when something in it is set, so that nothing hides there. */
  const openFold = (node: AnyNode, dialog: JQuery): void => {
    const used = Object.values(node._def.defaults).some(
      ({ facts, value: now }) => facts?.folded === true && String(value(node, facts.name)) !== String(now),
    );
    dialog
      .find('.oz-fold')
      .prop('open', used)
      .on('toggle', () => RED.tray.resize());
  };

  /** What a person sees and focuses of a property: of a typed input the widget's own field. */
  const fieldOf = (node: AnyNode, name: string): JQuery => {
    const control = controlOf(node, name);
    const field = $(`#${control.attr('id') ?? ''}-text`);
    return field.length > 0 ? field : control;
  };

  /** Marks a property as right, or as wrong with the sentence that says why, which screen readers announce. */
  const showError = (node: AnyNode, name: string, sentence: string | undefined): void => {
    const row = controlOf(node, name).closest('.form-row');
    const id = `oz-error-${name}`;
    const line = row.children(`#${id}`);
    fieldOf(node, name).attr('aria-invalid', sentence === undefined ? null : 'true');
    if (sentence === undefined) line.addClass('oz-mended');
    else if (line.length === 0)
      row.append($('<div>', { id, class: 'oz-hint oz-error', role: 'alert' }).text(sentence));
    else if (line.hasClass('oz-mended') || line.text() !== sentence)
      line.text(sentence).removeClass('oz-mended');
  };

  /**
   * Writes below each field that the editor marks as invalid what is wrong with it; the editor itself says it only in a
   * tooltip. Looks again after every change, once the editor has validated it.
   */
  const showErrors = (node: AnyNode, dialog: JQuery): void => {
    const definitions = Object.entries({ ...node._def.credentials, ...node._def.defaults });
    const show = (): void => {
      const told = new Set<string>();
      for (const [name, definition] of definitions) {
        const control = controlOf(node, name);
        const untouched = dialog.hasClass('oz-new') && !control.hasClass('oz-touched');
        let sentence: string | undefined;
        if (control.hasClass('input-error') && !untouched) {
          const value = control.is(':checkbox') ? control.is(':checked') : control.val();
          sentence = sentenceFor(node, definition, value);
          if (told.has(sentence)) sentence = undefined;
          else told.add(sentence);
        }
        showError(node, name, sentence);
      }
    };
    const afterTheEditor = (): void => void setTimeout(show);
    dialog.on('change keyup paste', afterTheEditor);
    afterTheEditor();
  };

  /** A new config node shows no errors for untouched fields: they are empty, not wrong. */
  const forgiveNew = (node: AnyNode, dialog: JQuery): void => {
    // The types know of no node that is missing.
    const known = RED.nodes.node(node.id) as unknown;
    dialog.toggleClass('oz-new', known === null || known === undefined);
    // The editor itself triggers events on all fields; those of a person carry an event of the browser.
    dialog.on('input focusout', 'input', ({ target, originalEvent }) => {
      if (originalEvent !== undefined) $(target).addClass('oz-touched');
    });
  };

  /** Sets up the dialog of a node as its property table says. */
  const prepare = (node: AnyNode): void => {
    const dialog = $('.oz-dialog').last().data('node', node.id);
    fillMissing(node);
    for (const [name, { facts }] of Object.entries(node._def.defaults)) {
      if (facts?.types !== undefined) typedInput(node, name, facts.types);
      if (facts?.kind === 'config') ozReach.configButtons(controlOf(node, name), translate(facts.label));
    }
    followChoices(node, dialog);
    openFold(node, dialog);
    forgiveNew(node, dialog);
    showErrors(node, dialog);
  };

  // Handlers of a node's definition.

  /** Names given by the user are in italics, as in core nodes. */
  function labelStyle(this: AnyNode): string {
    return (this.name ?? '') === '' ? '' : 'node_label_italic';
  }

  /** Preselects a server in a new node. */
  function onadd(this: AnyNode & { server?: string; z?: string }): void {
    if ((this.server ?? '') !== '') return;
    const chosen = ozServers.choose(this.z);
    if (chosen !== undefined) this.server = chosen;
  }

  function oneditprepare(this: AnyNode): void {
    prepare(this);
  }

  /** The dialog has shown every property, so the node now has the version of this package. */
  function oneditsave(this: AnyNode & { version?: unknown }): void {
    this.version = this._def.defaults['version']?.value;
    const server = controlOf(this, 'server').val();
    if (typeof server === 'string' && server !== '' && server !== '_ADD_') ozServers.used(server);
  }

  /** The label on the canvas: the node's name, else what it does; then badges for what else matters at a glance. */
  const label = (node: AnyNode, what: string): string => {
    const badges = ['raw', 'resume'].filter((name) => {
      const facts = node._def.defaults[name]?.facts;
      return facts !== undefined && holds(node, facts.when) && value(node, name) === true;
    });
    const name = String(saved(node, 'name') ?? '');
    return [name === '' ? what : name, ...badges.map((badge) => text(`dialog.badge.${badge}`))].join(' · ');
  };

  return {
    catalogue,
    checks,
    controlOf,
    property,
    credential,
    prepare,
    labelStyle,
    onadd,
    oneditprepare,
    oneditsave,

    /** The choice that a node has made, by its saved value or its default. */
    word: (node: AnyNode, property: string): string => String(value(node, property)),

    /** The analyses that a node orders, in words for the canvas. */
    analyses(node: AnyNode): string {
      const words = catalogue('oz-analyze');
      const names = ['liveness', 'bestShot', 'biometry', 'collection', 'documents'];
      const ordered = names.filter(
        (name) => value(node, name) === true && (name !== 'bestShot' || value(node, 'liveness') === true),
      );
      return ordered.map((name) => words(`canvas.${name}`)).join(' + ') || words('canvas.none');
    },

    /** A definition's `label` for nodes that say what they do by the choice of one property: `canvas.<choice>`. */
    labelBy: (words: (key: string) => string, property: string) =>
      function (this: AnyNode): string {
        return label(this, words(`canvas.${String(value(this, property))}`));
      },

    label,

    /** The label of an output of a node that sends verdicts. */
    verdictPort: (outputs: number, index: number): string =>
      text(
        `dialog.port.${Number(outputs) === 3 ? (['passed', 'declined', 'person'][index] ?? 'any') : 'any'}`,
      ),
  };
})();
