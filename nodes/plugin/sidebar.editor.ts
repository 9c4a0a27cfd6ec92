/** The sidebar *Oz*: the latest checks of each server with picture, verdict, score, duration and folder id. */
{
  const TAB = 'oz-checks';
  const VERDICTS = ['passed', 'declined', 'review', 'error'] as const;
  const ICONS = {
    passed: 'fa-check-circle',
    declined: 'fa-times-circle',
    review: 'fa-user',
    error: 'fa-warning',
  };
  const { text } = ozChecks;

  const panel = document.createElement('div');
  const content = $(panel).addClass('oz-checks');
  const toolbar = $('<div>', { class: 'oz-checks-toolbar' }).appendTo(content);
  const list = $('<div>', { class: 'oz-checks-list', role: 'log', 'aria-label': text('title') }).appendTo(
    content,
  );
  const filter = $('<select>', { 'aria-label': text('filter.label') });

  const labelled = (icon: string, label: string): JQuery[] => [
    $('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }),
    $('<span>').text(label),
  ];

  const seconds = (ms: number): string => (ms / 1000).toFixed(1);

  /** The server as it is configured now: its name, and where its sandbox page is if it is a local sandbox. */
  const serverOf = (check: OzCheck): { name: string; page: string | undefined } => {
    const node: unknown = RED.nodes.node(check.serverId);
    const field = (name: string): string => {
      const value: unknown =
        typeof node === 'object' && node !== null
          ? Object.getOwnPropertyDescriptor(node, name)?.value
          : undefined;
      return typeof value === 'string' ? value : '';
    };
    const url = field('url');
    const isSandbox = field('auth') === 'sandbox' && URL.canParse(url) && check.folderId !== undefined;
    return {
      name: field('name') || url,
      page: isSandbox ? new URL(`/#${check.folderId}`, url).href : undefined,
    };
  };

  const button = (icon: string, label: string, action: (clicked: HTMLElement) => void): JQuery => {
    const made = document.createElement('button');
    return $(made)
      .attr({ type: 'button', class: 'red-ui-button red-ui-button-small', title: label, 'aria-label': label })
      .append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }))
      .on('click', () => action(made));
  };

  const pictureOf = (check: OzCheck): JQuery => {
    const frame = $('<div>', { class: 'oz-checks-picture' });
    if (!check.hasBestShot) return frame.append($('<i>', { class: 'fa fa-user-o', 'aria-hidden': 'true' }));
    ozChecks.picture(check).then(
      (url) => $('<img>', { alt: text('bestShot'), src: url }).appendTo(frame),
      () => frame.empty().append($('<i>', { class: 'fa fa-chain-broken', title: text('noPicture') })),
    );
    return frame;
  };

  const entry = (check: OzCheck): JQuery => {
    const verdict = ozChecks.verdict(check);
    const server = serverOf(check);
    const facts = [
      ...(check.spoofing === undefined ? [] : [text('spoofing', { score: check.spoofing.toFixed(2) })]),
      text('seconds', { seconds: seconds(check.durationMs) }),
      // As the editor's language writes it, which may be another than the browser's.
      new Date(check.finishedAt).toLocaleTimeString(RED.i18n.lang()),
    ];
    const headline = $('<div>', { class: 'oz-checks-verdict' }).append(
      ...labelled(ICONS[verdict], check.error === undefined ? text(`verdict.${verdict}`) : check.error.code),
    );
    const details = $('<div>', { class: 'oz-checks-details' }).append(headline);
    if (check.error !== undefined) details.append($('<div>').text(check.error.message));
    // It is missing only where somebody wanted one.
    else if (check.bestShotState === 'none' || check.bestShotState === 'notForGesture')
      details.append($('<div>').text(text('noBestShot')));
    details.append($('<div>', { class: 'oz-checks-facts' }).text(facts.join(' · ')));
    details.append($('<div>', { class: 'oz-checks-facts' }).text(server.name));
    const actions = $('<div>', { class: 'oz-checks-actions' }).append(
      button('fa-crosshairs', text('showNode'), () => RED.view.reveal(check.nodeId)),
    );
    const { folderId } = check;
    if (folderId !== undefined) {
      actions.append(
        button('fa-clipboard', text('copyFolder', { folderId }), (clicked) => {
          RED.clipboard.copyText(folderId, clicked, 'clipboard.copied');
        }),
      );
    }
    if (server.page !== undefined) {
      actions.append(
        $('<a>', {
          href: server.page,
          target: '_blank',
          rel: 'noreferrer',
          class: 'red-ui-button red-ui-button-small',
        })
          .attr({ title: text('openSandbox'), 'aria-label': text('openSandbox') })
          .append($('<i>', { class: 'fa fa-external-link', 'aria-hidden': 'true' })),
      );
    }
    return $('<article>', {
      class: `oz-checks-entry oz-checks-${verdict}`,
      'data-verdict': verdict,
      'data-sequence': check.sequence,
    }).append(pictureOf(check), details.append(actions));
  };

  /** Entries that are there already stay: a picture that is loaded again flickers. */
  const show = (): void => {
    const wanted = String(filter.val());
    const shown = ozChecks.all().filter((check) => wanted === '' || ozChecks.verdict(check) === wanted);
    const old = new Map(
      [...(list[0]?.querySelectorAll('article') ?? [])].map((made) => [made.dataset['sequence'], $(made)]),
    );
    list.children().detach();
    if (shown.length === 0) list.append($('<p>', { class: 'oz-checks-empty' }).text(text('empty')));
    for (const check of shown) list.prepend(old.get(String(check.sequence)) ?? entry(check));
  };

  const canvas = $('<input>', { type: 'checkbox', id: 'oz-checks-canvas' });
  canvas.on('change', () => ozChecks.show('canvas', canvas.is(':checked')));

  filter.append($('<option>', { value: '' }).text(text('filter.all')));
  for (const verdict of VERDICTS)
    filter.append($('<option>', { value: verdict }).text(text(`verdict.${verdict}`)));
  filter.on('change', show);
  toolbar.append(
    $('<label>', { class: 'oz-checks-canvas' }).append(canvas, $('<span>').text(text('onCanvas'))),
    filter,
    button('fa-trash-o', text('clear'), () => ozChecks.clear()),
  );

  RED.plugins.registerPlugin('oz-checks', {
    onadd() {
      RED.sidebar.addTab({
        id: TAB,
        name: text('title'),
        label: text('label'),
        iconClass: 'fa fa-id-badge',
        content: panel,
        enableOnEdit: true,
        action: 'oz:show-checks',
      });
      RED.actions.add('oz:show-checks', () => RED.sidebar.show(TAB));
      let seen = false;
      ozChecks.onChange((added) => {
        if (seen && (added.length > 0 || ozChecks.all().length === 0)) show();
      });
      show();
      // The editor does not tell a tab when it is hidden; faces that nobody sees are not fetched.
      new IntersectionObserver(([change]) => {
        seen = change?.isIntersecting === true;
        ozChecks.show('sidebar', seen);
        if (seen) show();
      }).observe(panel);
    },
  });
}
