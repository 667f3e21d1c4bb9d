import type { Evaluation } from '../evaluation/evaluation-record.js';
import { measureRows } from '../evaluation/measure-rows.js';
import { protocolLines } from '../evaluation/protocol-lines.js';
import { chart } from './chart.js';
import { chartGroups } from './chart-groups.js';
import type { EmbeddedSample } from './embed-samples.js';
import { escapeHtml } from './escape-html.js';
import { factRows } from './fact-rows.js';
import type { RecordedWarning } from './read-metrics.js';
import type { PhaseRecord, RunRecord } from './read-run.js';
import { REPORT_SCRIPT, REPORT_STYLE } from './report-style.js';

/** A run as one HTML page that needs nothing else: style, script, curves and pictures are in it. */
export function reportPage(run: RunRecord): string {
  const { name, config, dataset, phases, evaluation } = run;
  // What draws is of more interest than the encoder before it.
  const byInterest = [...phases].reverse();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(name)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(name)}</h1>
<p class="soft">${escapeHtml(config.architecture)}, preset ${escapeHtml(config.preset)}, trained on ${escapeHtml(dataset.name)} with wordbrush</p>
${facts(run)}
${warnings(phases)}
${evaluation === undefined ? '' : evaluationSection(evaluation)}
${byInterest.map((phase) => phaseSection(phase, phases.length > 1)).join('\n')}
<h2>What it was trained on</h2>
<div class="columns">
<div class="card"><h3>Data</h3>${data(dataset)}</div>
<details class="card"><summary>Settings</summary><pre>${escapeHtml(JSON.stringify(config, null, 2))}</pre></details>
</div>
</main>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`;
}

function evaluationSection(evaluation: Evaluation): string {
  const rows = measureRows(evaluation).map(({ measure, drawn, real, chance, protocol }) => {
    const cells = [measure, drawn, real, chance, protocol].map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  const notes = [...evaluation.warnings, ...protocolLines(evaluation)];
  return `<h2>Final metrics</h2>
<div class="card results"><table><tr><th></th><th>drawn</th><th>real pictures</th><th>chance</th><th>of</th></tr>${rows.join('')}</table>
${notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('')}</div>`;
}

function facts({ phases, dataset }: RunRecord): string {
  const last = phases.at(-1);
  const seconds = phases.reduce((sum, { trainedSeconds = 0 }) => sum + trainedSeconds, 0);
  const speed = last?.series.find(({ name }) => name === 'imagesPerSecond')?.values.at(-1);
  const entries: [string, string][] = [
    ['Phase', last?.name ?? 'not begun'],
    ['Steps', last === undefined ? '0' : `${whole(last.lastStep)} of ${whole(last.steps)}`],
    ['Trained for', seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`],
    ['Pictures', `${whole(dataset.trainPictures)} + ${whole(dataset.testPictures)} held out`],
    ...(speed === undefined ? [] : [['Pictures a second', speed.toFixed(1)] satisfies [string, string]]),
  ];
  const items = entries.map(([term, value]) => `<div><dt>${term}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}

/** Each kind once, with how often it came and what was measured last. */
function warnings(phases: readonly PhaseRecord[]): string {
  const entries = phases.flatMap(({ name, warnings: all }) => {
    const kinds = [...new Set(all.map(({ kind }) => kind))];
    return kinds.map((kind) =>
      warning(
        name,
        all.filter((one) => one.kind === kind),
      ),
    );
  });
  const text = entries.length === 0 ? '<p class="soft">None so far.</p>' : entries.join('\n');
  return `<h2>Warnings</h2>\n${text}`;
}

function warning(phase: string, all: readonly RecordedWarning[]): string {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return '';
  const when =
    all.length === 1
      ? `at step ${whole(last.step)}`
      : `${all.length} times, first at step ${whole(first.step)}, last at step ${whole(last.step)}`;
  const title = escapeHtml(last.kind.replaceAll('-', ' '));
  return `<div class="warning"><b>${title}</b>, ${escapeHtml(phase)}, ${when}: ${escapeHtml(last.message)}.</div>`;
}

function phaseSection({ name, series, samples, attention }: PhaseRecord, isOneOfMany: boolean): string {
  const title = isOneOfMany ? `${name[0]?.toUpperCase()}${name.slice(1)}` : 'Training';
  const charts = chartGroups(series).map(
    (group) =>
      `<section class="card"><h3>${escapeHtml(group.title)}</h3><p class="note">${escapeHtml(group.note)}</p>${chart(group.series)}</section>`,
  );
  const pictures = [
    sampleBox(
      'Samples over time',
      'The same prompts with the same noise; all stages of a sample side by side.',
      samples,
    ),
    sampleBox(
      'Where words look',
      'The picture under the heat of each word, the most at its brightest.',
      attention,
    ),
  ].join('');
  return `<h2>${escapeHtml(title)}</h2>
${pictures === '' ? '' : `<div class="columns">${pictures}</div><br>`}
<div class="charts">${charts.join('\n')}</div>`;
}

function sampleBox(title: string, note: string, samples: readonly EmbeddedSample[]): string {
  if (samples.length === 0) return '';
  const figures = samples.map(
    ({ step, source, width, height }) =>
      `<figure data-step="${step}"><img src="${source}" width="${width}" height="${height}" alt="Samples at step ${step}"><figcaption>step ${whole(step)}</figcaption></figure>`,
  );
  return `<section class="card samples"><h3>${title}</h3><p class="note">${note}</p>
<div class="strip">${figures.join('')}</div>
<div class="time" hidden><input type="range" min="0" max="0" step="1" aria-label="Step"><output></output></div></section>`;
}

function data({ examples, ...facts }: RunRecord['dataset']): string {
  const captions = examples.map((caption) => `<li>${escapeHtml(caption)}</li>`).join('');
  const list = `<p class="note">Some of its captions</p><ul class="examples">${captions}</ul>`;
  return `${table(factRows(facts))}${captions === '' ? '' : list}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const body = rows.map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${body.join('')}</table>`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
