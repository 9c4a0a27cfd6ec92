/**
 * What the dialogs of all Oz nodes share. The build puts it, with dialog.css, into the page of each node, so that
 * none needs another to be there; hence `var`: running it again must be no error.
 */
var ozDialog = (() => {
  type Values = Readonly<Record<string, string | number>>;

  /** Makes a function that translates keys of the catalogue of one of our nodes. */
  const catalogue =
    (node: string) =>
    (key: string, values?: Values): string =>
      RED._(`@ozflow/node-red-oz/${node}:${key}`, values);

  const text = catalogue('oz-auth');

  /** A property as the flow holds it. `undefined`: the flow left it out. */
  const saved = (node: OzNode<OzProperties>, property: string): unknown =>
    Object.getOwnPropertyDescriptor(node, property)?.value;

  /**
   * The property as it would be saved now: from the open dialog, else from the node, else its default, since flows
   * may leave out what is at its default.
   */
  const current = (node: OzNode<OzProperties>, property: string): unknown => {
    const control = $(`#node-input-${property}`);
    if (control.is(':checkbox')) return control.is(':checked');
    if (control.length > 0) return control.val();
    return saved(node, property) ?? node._def.defaults[property]?.value;
  };

  /** The sentence for a value that the editor has found wrong. */
  const faultOf = (node: OzNode<OzProperties>, definition: OzPropertyFacts, value: unknown): string => {
    const label = definition.label ?? '';
    if (definition.validate === undefined) return text('dialog.invalid.choose', { label });
    if (value === '' && definition.required === true) return text('dialog.invalid.needed', { label });
    const verdict = definition.validate?.call(node, value, label === '' ? {} : { label });
    return typeof verdict === 'string' ? verdict : text('dialog.invalid.needed', { label });
  };

  /** Shows the rows marked with `data-<name>="… choice …"` and hides those marked with other choices. */
  const showRows = (name: string, choice: string): void => {
    $(`[data-${name}]`).each((_index, row) => {
      $(row).toggle(
        String($(row).attr(`data-${name}`))
          .split(' ')
          .includes(choice),
      );
    });
    RED.tray.resize();
  };

  return {
    catalogue,

    /** The definition of the server property, the same in every node but oz-auth. */
    server: (): { value: ''; type: string; required: true; label: string } => ({
      value: '',
      type: 'oz-auth',
      required: true,
      label: text('dialog.server'),
    }),

    /** A validator for a number from `least` to `most`. A missing property is its default and so right. */
    number:
      (least: number, most: number, whole = false): OzValidator<OzNode<OzProperties>> =>
      (value, options) => {
        if (value === undefined) return true;
        const written = String(value).trim();
        const number = written === '' ? Number.NaN : Number(written);
        if (number >= least && number <= most && (!whole || Number.isInteger(number))) return true;
        const key = whole ? 'dialog.invalid.wholeNumber' : 'dialog.invalid.number';
        return text(key, { label: options?.label ?? '', least, most });
      },

    /**
     * A validator for a typed input that is needed only while other properties, read by `of`, say so. Where it is not
     * needed its row is hidden, so whatever it holds is right.
     */
    typedIf: (
      property: string,
      needed: (of: (other: string) => unknown) => boolean,
    ): OzValidator<OzNode<OzProperties>> =>
      function (value, options) {
        if (value === undefined || !needed((other) => current(this, other))) return true;
        if (value === '') return text('dialog.invalid.needed', { label: options?.label ?? '' });
        return RED.validators.typedInput({ typeField: `${property}Type` }).call(this, value, options);
      },

    /** A validator for an optional web address in a typed input; only fixed text can be judged here. */
    webAddress: (property: string): OzValidator<OzNode<OzProperties>> =>
      function (value, options) {
        if (value === undefined || value === '') return true;
        if (current(this, `${property}Type`) === 'str') {
          return /^https?:\/\/[^\s/]+/i.test(String(value).trim()) || text('dialog.invalid.webAddress');
        }
        return RED.validators.typedInput({ typeField: `${property}Type` }).call(this, value, options);
      },

    /** A validator for own tags, which are needed only where the preset says so. */
    customTags: function (value, _options) {
      const tags = String(value ?? '').replaceAll(',', '');
      if (current(this, 'action') === 'sessionToken') return true;
      return current(this, 'tags') !== 'custom' || tags.trim() !== '' || text('dialog.invalid.customTags');
    } satisfies OzValidator<OzNode<OzProperties>>,

    /** A validator for the first of the analyses' check boxes: at least one of them must be ticked. */
    someAnalysis: function (_value, _options) {
      const analyses = ['liveness', 'biometry', 'collection', 'documents'];
      if (current(this, 'action') === 'sessionToken') return true;
      return analyses.some((analysis) => current(this, analysis) === true) || text('dialog.invalid.analyses');
    } satisfies OzValidator<OzNode<OzProperties>>,

    /** Puts the defaults into the controls of properties that the flow left out. Call it before anything else. */
    fillMissing(node: OzNode<OzProperties>, prefix = 'node-input'): void {
      for (const [property, { value, type }] of Object.entries(node._def.defaults)) {
        if (type !== undefined || saved(node, property) !== undefined) continue;
        const control = $(`#${prefix}-${property}`);
        if (typeof value === 'boolean') control.prop('checked', value);
        else control.val(String(value));
      }
    },

    /**
     * Writes below each field that the editor marks what is wrong with it; the editor itself tells it in a tooltip
     * only. Looks again after every change, once the editor has judged it.
     */
    showFaults(node: OzNode<OzProperties>, prefix = 'node-input'): void {
      const dialog = $('.oz-dialog').last();
      const show = (): void => {
        dialog.find('.oz-fault').remove();
        const told = new Set<string>();
        for (const [property, definition] of Object.entries({
          ...node._def.credentials,
          ...node._def.defaults,
        })) {
          const control = $(`#${prefix}-${property}`);
          if (!control.hasClass('input-error')) continue;
          const fault = faultOf(
            node,
            definition,
            control.is(':checkbox') ? control.is(':checked') : control.val(),
          );
          if (told.has(fault)) continue;
          told.add(fault);
          const line = $('<div>', { class: 'oz-hint oz-fault', role: 'alert' }).text(fault);
          control.closest('.form-row').append(line);
        }
      };
      const afterTheEditor = (): void => void setTimeout(show);
      dialog.on('change keyup paste', afterTheEditor);
      afterTheEditor();
    },

    /**
     * Makes a typed input of `#node-input-<property>` with its `…Type` companion, and hands the row's label to the
     * field that the widget puts in its place, so that a click or a screen reader finds it.
     */
    typedInput(property: string, types: import('node-red').EditorWidgetTypedInputOptions['types']): void {
      const element = $(`#node-input-${property}`);
      element.typedInput({ types, typeField: `#node-input-${property}Type` });
      element.typedInput('width', '100%');
      const field = element.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input');
      field.attr('id', `node-input-${property}-text`);
      $(`label[for="node-input-${property}"]`).attr('for', `node-input-${property}-text`);
    },

    showRows,

    /** Keeps the rows marked with `data-<name>` in step with the select of that name. */
    rowsFollow(name: string, prefix = 'node-input'): void {
      const select = $(`#${prefix}-${name}`);
      const show = (): void => showRows(name, String(select.val()));
      select.on('change', show);
      show();
    },

    /** The best shot comes with the liveness analysis; without that its box is greyed out but keeps its tick. */
    bestShotNeedsLiveness(): void {
      const liveness = $('#node-input-liveness');
      const show = (): void => {
        const on = liveness.is(':checked');
        $('#node-input-bestShot').prop('disabled', !on).closest('.form-row').toggleClass('oz-off', !on);
      };
      liveness.on('change', show);
      show();
    },

    /** What an output of a node that gives verdicts stands for. */
    verdictPort: (outputs: number, index: number): string =>
      text(
        `dialog.port.${Number(outputs) === 3 ? (['passed', 'declined', 'person'][index] ?? 'any') : 'any'}`,
      ),

    /** Opens the folded part of the dialog when something in it is set, so that nothing hides there. */
    openFoldIf(used: boolean): void {
      $('.oz-fold')
        .prop('open', used)
        .on('toggle', () => RED.tray.resize());
    },
  };
})();
