/**
 * What the editor's own widgets in our dialogs lack for the keyboard and for screen readers. `var` as in
 * dialog.editor.ts: it stands in the page of each node.
 */
var ozReach = (() => {
  const text = (key: string, values?: Readonly<Record<string, string>>): string =>
    RED._(`@ozflow/node-red-oz/oz-auth:dialog.${key}`, values);

  return {
    /**
     * Does the work of a pressed button, during which further presses do nothing. The button is not disabled, as it
     * would lose the focus, and with it the keys that work in a dialog only.
     */
    async whilePressed(button: JQuery, work: () => Promise<void>): Promise<void> {
      if (button.attr('aria-disabled') === 'true') return;
      button.attr('aria-disabled', 'true').addClass('disabled');
      try {
        await work();
      } finally {
        button.attr('aria-disabled', 'false').removeClass('disabled');
      }
    },

    /**
     * Of a typed input: points the row's label to the widget's own field, so that a click or a screen reader finds it,
     * and names its buttons by that label and what they say themselves.
     */
    typedInput(element: JQuery): void {
      const id = element.attr('id') ?? '';
      const widget = element.next('.red-ui-typedInput-container');
      const describedBy = element.attr('aria-describedby') ?? null;
      widget.find('.red-ui-typedInput-input').attr({ id: `${id}-text`, 'aria-describedby': describedBy });
      $(`label[for="${id}"]`).attr({ for: `${id}-text`, id: `${id}-label` });
      widget.find('.red-ui-typedInput-icon').attr('aria-hidden', 'true');
      widget.find('.red-ui-typedInput-option-expand').attr('aria-label', text('expand'));
      for (const part of ['type-select', 'option-expand'])
        widget
          .find(`.red-ui-typedInput-${part}`)
          .attr({ id: `${id}-${part}`, 'aria-labelledby': `${id}-label ${id}-${part}` });
    },

    /** The two buttons beside a list of config nodes: links without an address, which no key reaches. */
    configButtons(select: JQuery, label: string): void {
      const buttons = select.siblings('a.red-ui-button');
      buttons.attr({ role: 'button', tabindex: 0 }).find('i').attr('aria-hidden', 'true');
      buttons.filter('[id$="-edit"]').attr('aria-label', text('edit', { label }));
      buttons.filter('[id$="-add"]').attr('aria-label', text('add', { label }));
      const tellDisabled = (): void =>
        void buttons.each((_index, button) =>
          button.setAttribute('aria-disabled', String(button.classList.contains('disabled'))),
        );
      select.on('change', tellDisabled);
      tellDisabled();
      buttons.on('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        $(event.currentTarget).trigger('click');
      });
    },
  };
})();
