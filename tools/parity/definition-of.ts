import { detectPart } from '../import/detect/detect-part.js';
import type { Part } from '../import/detect/parts.js';
import type { OracleCase } from './oracle-index.js';
import { isCheckpointName, readOracleTensors } from './oracle-tensors.js';
import { findCase, type ParityCase } from './parity-case.js';

/** What computes a case, and its settings. */
export interface Definition {
  parityCase: ParityCase | undefined;
  config: Record<string, unknown>;
}

/**
 * Finds what computes a case. One whose weights come from a checkpoint may have a name of its own: then what the
 * checkpoint holds decides, and settings that the case does not give are those found in it.
 */
export async function definitionOf(
  entry: OracleCase,
  folder: string,
  cases: readonly ParityCase[],
): Promise<Definition> {
  const checkpoints = entry.uses.filter(isCheckpointName);
  const byName = findCase(cases, entry.case);
  if (checkpoints.length === 0) return { parityCase: byName, config: entry.config };
  const found = await detected(folder, checkpoints, entry.case);
  return {
    parityCase: byName ?? similarCase(cases, entry.case) ?? (found && findCase(cases, found.name)),
    config: { ...found?.config, ...entry.config },
  };
}

/** A file that cannot be read is reported when the case is run. */
async function detected(folder: string, files: readonly string[], source: string) {
  const tensors = await readOracleTensors(folder, files, source).catch(() => undefined);
  const part = tensors === undefined ? undefined : detectPart(tensors.below('state'));
  return part === undefined ? undefined : definitionOfPart(part);
}

/** The case that is meant by a name with something more at its end or start, as `attngan-g-3stage-full`. */
function similarCase(cases: readonly ParityCase[], name: string): ParityCase | undefined {
  const words = name.split(/(?<=[-._])/);
  for (let length = words.length - 1; length > 0; length--) {
    for (const some of [words.slice(0, length), words.slice(-length)]) {
      const found = findCase(cases, some.join('').replace(/[-._]$/, ''));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A known case of a part, and the settings that it reads, by the names of the official code. */
function definitionOfPart(part: Part): { name: string; config: Record<string, unknown> } | undefined {
  switch (part.kind) {
    case 'generator':
      return definitionOfGenerator(part);
    case 'text-encoder': {
      const { vocabularySize: ntoken, embeddingDim: ninput, sentenceDim } = part;
      return { name: 'attngan-text-encoder', config: { ntoken, ninput, EMBEDDING_DIM: sentenceDim } };
    }
    case 'image-encoder':
      return { name: 'attngan-image-encoder', config: { EMBEDDING_DIM: part.embeddingDim } };
    default:
      return undefined;
  }
}

function definitionOfGenerator(part: Extract<Part, { kind: 'generator' }>) {
  switch (part.architecture) {
    case 'attngan': {
      const { sentenceDim, conditionDim, zDim, baseWidth, residualBlocks, branches } = part;
      return {
        name: `attngan-g-${branches}stage`,
        config: {
          EMBEDDING_DIM: sentenceDim,
          CONDITION_DIM: conditionDim,
          Z_DIM: zDim,
          GF_DIM: baseWidth,
          R_NUM: residualBlocks,
          BRANCH_NUM: branches,
        },
      };
    }
    case 'stackgan-pp': {
      const { text, zDim, baseWidth, residualBlocks, branches } = part;
      return {
        name: text === undefined ? 'v2-g-uncond' : 'v2-g-cond',
        config: {
          B_CONDITION: text !== undefined,
          ...(text && { TEXT_DIM: text.sentenceDim, EMBEDDING_DIM: text.conditionDim }),
          Z_DIM: zDim,
          GF_DIM: baseWidth,
          R_NUM: residualBlocks,
          BRANCH_NUM: branches,
        },
      };
    }
    case 'stackgan': {
      const { sentenceDim, conditionDim, baseWidth } = part;
      const config = { TEXT_DIM: sentenceDim, CONDITION_DIM: conditionDim, GF_DIM: baseWidth };
      return part.stage === 1
        ? { name: 'v1-stage1-g', config: { ...config, Z_DIM: part.zDim } }
        : { name: 'v1-stage2-g', config: { ...config, Z_DIM: part.stage1.zDim, R_NUM: part.residualBlocks } };
    }
  }
}
