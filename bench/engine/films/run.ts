import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { createEngine } from '@ozflow/oz-sandbox/engine/index';
import { contactSheet } from './contactSheet';
import { judgeFilm, type FilmResult } from './judge';
import { readLabelledFilms } from './labels';
import { filmsReport } from './report';
import { variationsReport } from './variations';
import { windowsReport } from './windows';

/**
 * Lets the engine choose from the films of a folder and compares with their labels. Pictures go only into the contact
 * sheet in `output`, never into the report.
 *
 * @param vary Whether to say, too, how the choice holds with other settings.
 * @returns The report, in Markdown.
 */
export async function runFilms(
  folder: string,
  models: FaceModels,
  { output, vary }: { output: string; vary: boolean },
): Promise<string> {
  const films = await readLabelledFilms(folder);
  const engine = createEngine();
  const results: FilmResult[] = [];
  try {
    for (const film of films) {
      const result = await judgeFilm(film, engine, models);
      results.push(result);
      process.stderr.write(`${film.name}: ${result.label}\n`);
    }
  } finally {
    await engine.close();
  }
  await mkdir(output, { recursive: true });
  const sheet = join(output, 'films.html');
  await writeFile(sheet, contactSheet(results));
  process.stderr.write(`Contact sheet: ${sheet}\n`);
  const parts = [filmsReport(results)];
  if (vary) parts.push(await windowsReport(films, models), await variationsReport(films, models));
  return parts.join('\n\n');
}
