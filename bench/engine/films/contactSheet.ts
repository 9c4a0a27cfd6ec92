import type { FilmResult } from './judge';

const STYLE = `
body{margin:16px;background:#181b20;color:#e6e9ef;font:14px/1.4 system-ui,sans-serif}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(440px,1fr));gap:16px}
section{background:#232833;border-radius:6px;padding:10px;border-left:6px solid #888}
section.good{border-color:#34c77b}section.ok{border-color:#e3b341}section.wrong{border-color:#f0564a}
h2{font-size:15px;margin:0 0 6px}.pair{display:grid;grid-template-columns:1fr 1fr;gap:8px}
figure{margin:0}img{width:100%;height:260px;object-fit:contain;background:#000}figcaption{color:#aab3c2;font-size:12px}`;

/** One page, complete in itself: of each film the chosen frame beside a good one. For eyes on this machine only. */
export function contactSheet(results: FilmResult[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Best shots of real films</title>',
    `<style>${STYLE}</style></head><body><main>`,
    ...results.map(section),
    '</main></body></html>',
  ].join('\n');
}

function section({ film, report, chosen, label, bestGood, decided, goodPicture }: FilmResult): string {
  const score = report.bestShot ? `, score ${report.bestShot.score.toFixed(3)}` : '';
  const beside = bestGood ? `frame ${bestGood.frame}, score ${bestGood.score.toFixed(3)}` : 'not looked at';
  return [
    `<section class="${label}"><h2>${film.name}: ${label}${film.strict ? '' : ' (not strict)'}</h2><div class="pair">`,
    figure(report.bestShot?.jpeg, `chosen: ${chosen === null ? 'none' : `frame ${chosen}`}${score}`),
    figure(goodPicture, `good: ${beside}`),
    `</div>${decided}</section>`,
  ].join('');
}

function figure(jpeg: Uint8Array | undefined, caption: string): string {
  const image = jpeg
    ? `<img src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}" alt="">`
    : '';
  return `<figure>${image}<figcaption>${caption}</figcaption></figure>`;
}
