/** Shows under each node that gave a verdict its last best shot, framed in the colour of the verdict. */
{
  const SVG = 'http://www.w3.org/2000/svg';
  const WIDTH = 90;
  const MAX_HEIGHT = 120;
  /** Leaves room for the status line below the node. */
  const GAP = 22;
  const CLASS = 'oz-checks-shot';

  const element = <TName extends keyof SVGElementTagNameMap>(
    name: TName,
    attributes: Readonly<Record<string, string | number>>,
  ): SVGElementTagNameMap[TName] => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  };

  const sizeOf = async (url: string): Promise<{ width: number; height: number }> => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(WIDTH / image.naturalWidth, MAX_HEIGHT / image.naturalHeight);
    return { width: image.naturalWidth * scale, height: image.naturalHeight * scale };
  };

  const remove = (): void => {
    for (const shot of document.querySelectorAll(`.${CLASS}`)) shot.remove();
  };

  /** Which check is shown under a node: its last one, if that has a picture. */
  const lastOf = (): Map<string, OzCheck> => new Map(ozChecks.all().map((check) => [check.nodeId, check]));

  const draw = async (check: OzCheck): Promise<void> => {
    const group = document.getElementById(check.nodeId);
    if (!(group instanceof SVGGElement) || !check.hasBestShot) return;
    const url = await ozChecks.picture(check);
    const { width, height } = await sizeOf(url);
    if (!isOn() || lastOf().get(check.nodeId)?.sequence !== check.sequence) return;
    group.querySelector(`.${CLASS}`)?.remove();
    const box = group.querySelector('.red-ui-flow-node')?.getAttribute('height') ?? '30';
    const shot = element('g', { class: CLASS, transform: `translate(5, ${Number(box) + GAP})` });
    shot.dataset['sequence'] = String(check.sequence);
    const title = document.createElementNS(SVG, 'title');
    title.textContent = ozChecks.text(`verdict.${ozChecks.verdict(check)}`);
    const frame = { width, height, rx: 4 };
    shot.append(
      title,
      element('image', { href: url, width, height }),
      element('rect', { ...frame, class: `oz-checks-frame oz-checks-${ozChecks.verdict(check)}` }),
    );
    group.append(shot);
  };

  const isOn = (): boolean => $('#oz-checks-canvas').is(':checked');

  /** Draws what is missing, also after the editor has redrawn a flow. */
  const update = (): void => {
    if (!isOn()) return remove();
    const last = lastOf();
    if (last.size === 0) remove();
    for (const check of last.values()) {
      const shown = document.getElementById(check.nodeId)?.querySelector<SVGGElement>(`.${CLASS}`);
      if (shown?.dataset['sequence'] === String(check.sequence)) continue;
      shown?.remove();
      draw(check).catch(() => undefined);
    }
  };

  ozChecks.onChange(update);
  $(document).on('change', '#oz-checks-canvas', update);
  RED.events.on('workspace:change', () => setTimeout(update));
}
