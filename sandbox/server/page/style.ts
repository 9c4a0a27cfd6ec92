import { createHash } from 'node:crypto';
import { PLOT_STYLE } from '../../engine/explain/plot';
import { SCRIPT_HASH } from './script';

export const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#566072;--edge:#d7dce5;--good:#0f7a43;--bad:#b3261e;--wait:#8a5a00;--notice:#fff4d6}
@media(prefers-color-scheme:dark){:root{--ground:#14181f;--card:#1d232d;--ink:#e6e9ef;--soft:#a3adbd;--edge:#3a4350;--good:#5fdc97;--bad:#ff8a80;--wait:#f2c063;--notice:#3a2f12}}
*{box-sizing:border-box}
body{margin:0;padding:16px;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:980px;margin:auto}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:0;overflow-wrap:anywhere}
p{margin:0 0 10px}.soft{color:var(--soft)}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.notice{background:var(--notice);border:1px solid var(--edge);border-radius:8px;padding:10px 14px;margin:12px 0;font-weight:600}
article{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:14px;margin:12px 0;display:grid;grid-template-columns:180px minmax(0,1fr);gap:16px}
article>.wide{grid-column:1/-1}
.shot img{width:100%;border-radius:6px;display:block;margin-bottom:6px}
.none{border:1px dashed var(--edge);border-radius:6px;padding:24px 8px;text-align:center;color:var(--soft)}
.head{display:flex;gap:10px;align-items:baseline;flex-wrap:wrap;margin-bottom:6px}
.verdict{font-weight:700}.SUCCESS{color:var(--good)}.DECLINED,.FAILED{color:var(--bad)}.PROCESSING,.OPERATOR_REQUIRED,.INITIAL{color:var(--wait)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:3px 12px 3px 0;vertical-align:top;font-weight:400}th{color:var(--soft)}
summary{cursor:pointer;padding:4px 0}summary:focus-visible,button:focus-visible{outline:2px solid var(--wait);outline-offset:2px}
form{display:flex;gap:8px;flex-wrap:wrap;margin:6px 0}button{font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--soft);border-radius:6px;padding:4px 12px;cursor:pointer}
@media(max-width:560px){article{grid-template-columns:minmax(0,1fr)}table,tbody,tr{display:block}thead{display:none}td{display:inline-block}td:last-child{display:block}}
${PLOT_STYLE}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The page runs only its own script and loads only its own pictures. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "img-src 'self'",
  `style-src 'sha256-${STYLE_HASH}'`,
  `script-src 'sha256-${SCRIPT_HASH}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
