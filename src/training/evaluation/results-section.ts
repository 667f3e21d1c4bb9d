import type { Evaluation } from './evaluation-record.js';
import { measureRows } from './measure-rows.js';
import { protocolLines } from './protocol-lines.js';

const HEADING = '## Measured';
/** Stands in a card whose model was not measured yet. */
const NOT_MEASURED = `${HEADING}

Not yet: \`wordbrush evaluate\` measures it and, with \`--write-card\`, puts the results and a sheet of samples here.
`;

/** A model card with the results of an evaluation at its end, in place of those that it had; or that there are none yet. */
export function withResults(card: string, evaluation: Evaluation | undefined): string {
  const begin = card.startsWith(HEADING) ? 0 : card.indexOf(`\n${HEADING}`);
  const rest = begin < 0 ? card : card.slice(0, begin);
  return `${rest.trimEnd()}\n\n${evaluation === undefined ? NOT_MEASURED : resultsSection(evaluation)}`;
}

/** Every number with what the real pictures reach, and how it was measured. */
function resultsSection(evaluation: Evaluation): string {
  const { data, warnings, contactSheet } = evaluation;
  const lines = [
    HEADING,
    '',
    `By \`wordbrush evaluate\` on ${data.name}. All numbers are in \`evaluation.json\` too.`,
    '',
    ...(contactSheet === undefined ? [] : sheetLines(contactSheet)),
    '| | Drawn | Real | Chance | Protocol |',
    '|---|---|---|---|---|',
    ...measureRows(evaluation).map(
      (row) => `| ${[row.measure, row.drawn, row.real, row.chance, row.protocol].map(cell).join(' | ')} |`,
    ),
    '',
    ...warnings.map((warning) => `- ${warning}`),
    ...(warnings.length > 0 ? [''] : []),
    'How it was measured:',
    '',
    ...protocolLines(evaluation).map((line) => `- ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sheetLines({ file, prompts }: NonNullable<Evaluation['contactSheet']>): string[] {
  const alt = `${prompts} prompts of training captions`;
  return [
    `![${alt}](${file})`,
    '',
    `${prompts} training captions drawn at random and not chosen: of each pair the left picture is drawn by the model, the right one is real.`,
    '',
  ];
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
