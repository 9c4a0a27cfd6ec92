import { WEIGHTS } from '../quality/weights';
import type { ComponentName, FrameReport, MediaReport } from '../types';
import { PLOT_LEGEND, PLOT_STYLE, scorePlot } from './plot';
import { counted, GATE_WORDS } from './words';

/** Runners-up shown beside the winner. */
const RUNNERS_UP = 4;

const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#5d6675;--edge:#dfe3ea;--good:#12924f;--bad:#c23c2f}
@media(prefers-color-scheme:dark){:root{--ground:#14181f;--card:#1d232d;--ink:#e6e9ef;--soft:#98a2b3;--edge:#333b48;--good:#4fd68f;--bad:#ff8577}}
*{box-sizing:border-box}body{margin:0;padding:24px;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:1040px;margin:auto}h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 10px}p{margin:0 0 12px;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:16px}
.top{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:16px}@media(max-width:720px){.top{grid-template-columns:1fr}}
.top img{max-width:100%;max-height:420px;border-radius:6px;display:block}.strip{display:flex;gap:6px;overflow-x:auto;padding-bottom:6px}
figure{margin:0;flex:none;width:112px;font-size:12px;color:var(--soft)}figure img{width:112px;height:84px;object-fit:cover;border-radius:4px;border:2px solid transparent;display:block}
figure.best img{border-color:var(--good)}figure.out img{opacity:.55}.why{color:var(--bad)}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:3px 8px;text-align:right;border-bottom:1px solid var(--edge);font-weight:400}th:first-child,td:first-child{text-align:left;white-space:nowrap}thead th{vertical-align:bottom}
thead img{width:96px;height:72px;object-fit:cover;border-radius:4px;display:block;margin:0 0 4px auto}.won{color:var(--good);font-weight:600}.low{color:var(--bad)}.scroll{overflow-x:auto}`;

/**
 * A self-contained page that explains why this frame was chosen: the best shot beside the runners-up, the scores over
 * time, a filmstrip, and what kept frames out. Wants a report made with `explain`.
 *
 * @param name What the file is called.
 */
export function explainPage(report: MediaReport, name: string): string {
  const { bestShot, rejected, frames, width, height, durationMs, mimeType } = report;
  const shown = bestShot ?? rejected;
  const length = report.kind === 'video' ? `, ${(durationMs / 1000).toFixed(1)} s` : '';
  const unread = (report.unread ?? []).map((reason) => `<p>Not read: ${escape(reason)}</p>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Best shot of ${escape(name)}</title><style>${STYLE}${PLOT_STYLE}</style></head><body><main>
<h1>Best shot of ${escape(name)}</h1>
<p>${mimeType}, ${width} × ${height}${length}; ${counted(frames.length, 'frame')} examined. For development only, never for real decisions.</p>${unread}
${rejected ? `<p class="why">No best shot: no frame is acceptable. The best of them: ${GATE_WORDS[rejected.reason]}.</p>` : ''}
${shown ? winner(report, shown) : '<div class="card">No best shot: no frame shows a face.</div>'}
<h2>Scores over time</h2>
<div class="card">${scorePlot(report)}<p>${PLOT_LEGEND}</p></div>
<h2>Frames</h2><div class="card strip">${frames.map((frame) => tile(frame, shown?.frame)).join('')}</div>
<h2>Kept out</h2><div class="card">${keptOut(frames)}</div>
</main></body></html>
`;
}

function winner(report: MediaReport, best: NonNullable<MediaReport['bestShot']>): string {
  const chosen = report.frames.find(({ frame }) => frame === best.frame);
  const others = report.frames
    .filter(({ frame, gate }) => frame !== best.frame && gate === undefined)
    .sort((a, b) => b.score - a.score)
    .slice(0, RUNNERS_UP);
  const compared = chosen ? [chosen, ...others] : others;
  const caption = `Frame ${best.frame} at ${seconds(best.timeMs)}, score ${best.score.toFixed(3)}, ${counted(best.faces, 'face')}`;
  return `<div class="top"><div class="card"><img src="${dataUrl(best.jpeg)}" alt="The best frame"><p>${caption}</p>${report.rejected ? '' : notPassed(chosen)}</div>
<div class="card scroll"><table><thead><tr><th>weight</th>${compared.map((frame) => head(frame, best.frame)).join('')}</tr></thead><tbody>
<tr><th>score</th>${compared.map(({ score }) => `<td><strong>${score.toFixed(3)}</strong></td>`).join('')}</tr>
${Object.entries(WEIGHTS)
  .map(([name, weight]) => componentRow(name, weight, compared))
  .join('\n')}</tbody></table></div></div>`;
}

function notPassed(frame: FrameReport | undefined): string {
  if (frame?.gate === undefined) return '';
  return `<p class="why">Every frame has a fault. In this one: ${GATE_WORDS[frame.gate]}.</p>`;
}

function head(frame: FrameReport, best: number): string {
  return `<th class="${frame.frame === best ? 'won' : ''}">${picture(frame)}frame ${frame.frame}</th>`;
}

function componentRow(name: string, weight: number, frames: FrameReport[]): string {
  const cells = frames.map(({ components }) => {
    const value = components[name as ComponentName];
    if (value === undefined) return '<td>–</td>';
    return `<td class="${value < 0.6 ? 'low' : ''}">${value.toFixed(2)}</td>`;
  });
  return `<tr><th>${name} × ${weight}</th>${cells.join('')}</tr>`;
}

function tile(frame: FrameReport, best: number | undefined): string {
  const state = frame.frame === best ? 'best' : frame.gate ? 'out' : '';
  const why = frame.gate ? `<br><span class="why">${GATE_WORDS[frame.gate]}</span>` : '';
  return `<figure class="${state}">${picture(frame)}<figcaption>${frame.frame} · ${seconds(frame.timeMs)} · ${frame.score.toFixed(2)}${why}</figcaption></figure>`;
}

function keptOut(frames: FrameReport[]): string {
  const rows = Object.entries(GATE_WORDS).flatMap(([gate, words]) => {
    const out = frames.filter((frame) => frame.gate === gate).map(({ frame }) => frame);
    return out.length > 0
      ? [`<tr><th>${words}</th><td>${out.length}</td><td>${out.join(', ')}</td></tr>`]
      : [];
  });
  if (rows.length === 0) return 'No frame was kept out.';
  return `<table><thead><tr><th>why</th><th>frames</th><th>which</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function picture({ thumbnail, frame }: FrameReport): string {
  return thumbnail ? `<img src="${dataUrl(thumbnail)}" alt="Frame ${frame}">` : '';
}

function dataUrl(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
}

function seconds(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(2)} s`;
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
