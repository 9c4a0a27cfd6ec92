/** A tour of the first flow, by the editor's own tour guide: started by an action and by links to `#oz-tour`. */
var ozTour = (() => {
  /** Nodes of the tour, in the order in which the message passes them. */
  const STOPS = ['inject', 'oz-upload', 'oz-analyze', 'oz-result'] as const;
  const { text } = ozChecks;

  const step = (key: string, place: Omit<OzTourStep, 'title' | 'description'>): OzTourStep => ({
    title: text(`tour.${key}.title`),
    description: text(`tour.${key}.description`),
    ...place,
  });

  const firstNode = (filter: { type: string; z?: string }): { id: string; z: string } | undefined =>
    RED.nodes.filterNodes(filter)[0];

  /** The first flow that leads from an inject node to a best shot: its tab, which may be another than the one shown. */
  const firstFlow = (): string | undefined => firstNode({ type: 'oz-result' })?.z;

  const nodeStep = (type: string, z: string): OzTourStep[] => {
    const id = firstNode({ type, z })?.id;
    if (id === undefined) return [];
    const prepare = (done: () => void): void => {
      RED.view.reveal(id, false);
      // The editor draws the flow and scrolls to the node before the tour measures where it is.
      setTimeout(done, 300);
    };
    return [step(type, { element: `[id="${id}"]`, direction: 'bottom', prepare })];
  };

  const tour = {
    /** Computed when the tour starts: by then there may be a flow. */
    get steps(): OzTourStep[] {
      const z = firstFlow();
      const flow =
        z === undefined
          ? [step('import', { element: '#red-ui-header-button-sidemenu', direction: 'left' })]
          : STOPS.flatMap((type) => nodeStep(type, z));
      const sidebar = (done: () => void): void => {
        RED.sidebar.show('oz-checks');
        setTimeout(done, 100);
      };
      return [
        step('start', { titleIcon: 'fa fa-id-badge' }),
        ...flow,
        step('sidebar', { element: '.oz-checks', direction: 'left', prepare: sidebar }),
        step('end', { titleIcon: 'fa fa-flag-checkered' }),
      ];
    },
  };

  const start = (): void =>
    RED.tourGuide.run(new URL('resources/@ozflow/node-red-oz/tour.js', document.baseURI).href);

  RED.actions.add('oz:start-tour', start);
  $(document).on('click', 'a[href="#oz-tour"]', (event) => {
    event.preventDefault();
    start();
  });
  return tour;
})();
