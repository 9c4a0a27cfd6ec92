/**
 * What the dialogs of all Oz nodes share. The build puts it, with dialog.css, into the page of each node, so that
 * none needs another to be there; hence `var`: running it again must be no error.
 */
var ozDialog = {
  /** Translates a key of oz-auth's catalogue, which holds what several dialogs say. */
  text: (key: string, values?: Readonly<Record<string, string | number>>): string =>
    RED._(`@ozflow/node-red-oz/oz-auth:${key}`, values),

  /**
   * A validator for a number from `least` to `most`, whole if asked for. `${ENV}` never gets here: the editor takes
   * it for valid before it asks.
   */
  number(least: number, most: number, whole = false): OzValidator<unknown> {
    return (value, options) => {
      const number = typeof value === 'number' ? value : Number(String(value ?? '').trim() || NaN);
      if (number >= least && number <= most && (!whole || Number.isInteger(number))) return true;
      const key = whole ? 'dialog.invalid.wholeNumber' : 'dialog.invalid.number';
      return ozDialog.text(key, { label: options?.label ?? '', least, most });
    };
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

  /** Shows the parts of the dialog marked with `data-<name>="… choice …"`, hides those marked with other choices. */
  showFor(name: string, choice: string): void {
    $(`[data-${name}]`).each((_index, element) => {
      const choices = String($(element).attr(`data-${name}`)).split(' ');
      $(element).toggle(choices.includes(choice));
    });
    RED.tray.resize();
  },

  /** Opens the folded part of the dialog when something in it was set or is wrong, so that nothing hides there. */
  openFoldIf(used: boolean): void {
    const fold = $('.oz-fold');
    fold.prop('open', used || fold.find('.input-error').length > 0);
    fold.on('toggle', () => RED.tray.resize());
  },
};
