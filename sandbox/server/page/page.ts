import { PLOT_LEGEND, scorePlot } from '../../engine/explain/plot';
import { GATE_WORDS } from '../../engine/explain/words';
import { TEST_ACCOUNT } from '../auth/accounts';
import type { ResolvedOptions } from '../options';
import type { AnalysisRecord, FolderRecord, JsonObject, MediaRecord, ReportRecord } from '../store/records';
import type { Workspace } from '../store/workspace';
import { systemResolution } from '../wire/status';
import { Html, markup } from './markup';
import { SCRIPT } from './script';
import { STYLE } from './style';

/** How many folders are shown. */
const SHOWN_FOLDERS = 20;

/** The page at `/`: the last folders with verdict, best shot, and why this frame was chosen. It updates itself. */
export function overviewPage(workspace: Workspace, { profile, hasTestAccount }: ResolvedOptions): string {
  const folders = [...workspace.store.all('folders')].sort((a, b) => b.timeCreated - a.timeCreated);
  const account = hasTestAccount
    ? markup` Test account <code>${TEST_ACCOUNT.email}</code>, password <code>${TEST_ACCOUNT.password}</code>.`
    : '';
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Oz sandbox</title><style>${new Html(STYLE)}</style></head><body><main>
<h1>Oz sandbox</h1>
<p class="soft">Oz API, profile <code>${profile}</code>.${account}</p>
<p class="notice">For development only: the verdicts of this sandbox are never for real decisions.</p>
<p class="soft" id="summary" role="status">${summary(folders.length)}</p>
${folders.slice(0, SHOWN_FOLDERS).map((folder) => folderCard(folder, workspace))}
</main><script>${new Html(SCRIPT)}</script></body></html>
`.text;
}

function summary(count: number): string {
  if (count === 0) return 'No folders yet. Send a video or a photo from a flow, and it appears here at once.';
  const all = count === 1 ? 'One folder' : `${count} folders`;
  return `${all}${count > SHOWN_FOLDERS ? `; the latest ${SHOWN_FOLDERS} are shown` : ''}.`;
}

function folderCard(folder: FolderRecord, workspace: Workspace): Html {
  const media = workspace.mediaOf(folder);
  const analyses = workspace.analysesOf(folder);
  const verdict = systemResolution(analyses);
  const names = media.map(({ originalName }) => originalName || 'unnamed').join(', ');
  const time = new Date(folder.timeCreated * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return markup`<article id="${folder.folderId}"><div class="shot">${bestShots(folder, analyses)}</div>
<div><div class="head"><h2>${names || 'No media'}</h2><span class="verdict ${verdict}">${verdict}</span></div>
<p class="soft">${time} UTC · folder <code>${folder.folderId}</code></p>
${analysisTable(analyses)}</div>
${media.map((item) => whyThisFrame(item, workspace))}</article>`;
}

function bestShots(folder: FolderRecord, analyses: readonly AnalysisRecord[]): Html {
  const results = analyses.flatMap(({ resultsMedia }) => resultsMedia);
  const files = new Set(results.flatMap(({ outputImages }) => outputImages ?? []).map(({ file }) => file));
  if (files.size === 0) return markup`<div class="none">no best shot</div>`;
  const shots = Array.from(
    files,
    (file) => markup`<img src="/static/${folder.folderId}/${file}" alt="Best shot">`,
  );
  return markup`${shots}`;
}

function analysisTable(analyses: readonly AnalysisRecord[]): Html {
  if (analyses.length === 0) return markup`<p class="soft">No analysis was started.</p>`;
  const rows = analyses.map(
    (analysis) => markup`<tr><td>${analysis.type}</td>
<td class="verdict ${analysis.resolution}">${analysis.resolution}</td>
<td>${analysis.errorMessage ?? scores(analysis)}${decisionForm(analysis)}</td></tr>`,
  );
  const heads = ['analysis', 'resolution', 'scores'].map((name) => markup`<th scope="col">${name}</th>`);
  return markup`<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** What an operator does on the vendor's page. */
function decisionForm({ analysisId, resolution }: AnalysisRecord): Html {
  if (resolution !== 'OPERATOR_REQUIRED') return markup``;
  const buttons = (['SUCCESS', 'DECLINED'] as const).map(
    (value) =>
      markup`<button id="${value}-${analysisId}" name="resolution_operator" value="${value}">${value}</button>`,
  );
  return markup`<form method="post" action="/decision"><input type="hidden" name="analysis_id" value="${analysisId}">
${buttons}</form>`;
}

function scores({ resultsMedia, resultsData }: AnalysisRecord): string {
  const results = resultsData === null ? resultsMedia.map((result) => result.resultsData) : [resultsData];
  return results
    .map(numbers)
    .filter((text) => text !== '')
    .join('; ');
}

function numbers(data: JsonObject): string {
  const shown = Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'number' && name.includes('confidence')
      ? [`${name.replaceAll('_', ' ')} ${value.toFixed(3)}`]
      : [],
  );
  return shown.join(', ') + (data['simulated'] === true ? ' (simulated)' : '');
}

function whyThisFrame(media: MediaRecord, { store }: Workspace): Html {
  const report = store.get('reports', media.mediaId);
  if (report === undefined) return markup``;
  const { bestShot, frames } = report;
  if (frames.length < 2) return remarks(report);
  const title =
    bestShot === undefined
      ? 'Why no frame was chosen'
      : `Why frame ${bestShot.frame} at ${(bestShot.timeMs / 1000).toFixed(2)} s, score ${bestShot.score.toFixed(3)}`;
  return markup`<details class="wide" id="why-${media.mediaId}"><summary>${title}
<span class="soft">(${frames.length} frames of ${media.originalName} examined)</span></summary>
${new Html(scorePlot(report))}<p class="soft">${PLOT_LEGEND}</p></details>${remarks(report)}`;
}

/**
 * What else is worth knowing of a media file: other people, pictures that could not be read, why there is no best shot.
 */
function remarks({ faces = 1, unread = [], reason }: ReportRecord): Html {
  const remark = [
    ...(reason === undefined ? [] : [`No frame is acceptable. The best of them: ${GATE_WORDS[reason]}.`]),
    ...(faces > 1 ? [`${faces} faces in the best shot.`] : []),
    ...unread.map((why) => `Not read: ${why}`),
  ];
  return markup`${remark.map((text) => markup`<p class="wide soft">${text}</p>`)}`;
}
