import { expect, it } from 'vitest';
import * as architectures from '../../src/training/architectures/index.js';
import * as encoders from '../../src/training/encoders/index.js';
import * as training from '../../src/training/index.js';

const ARCHITECTURES = [
  'AdversarialTrainer',
  'AttnganTrainer',
  'Stage1Trainer',
  'Stage2Trainer',
  'StackganPlusPlusTrainer',
  'attnganGeneratorVariables',
  'attnganImageSizes',
  'buildAttnganDiscriminators',
  'buildAttnganGenerator',
  'buildBranchDiscriminators',
  'buildDiscriminator',
  'buildStackganDiscriminator',
  'buildStackganPlusPlusGenerator',
  'buildStage1Generator',
  'buildStage2Generator',
  'discriminatorVariables',
  'drawStage1',
  'drawStage2',
  'runAttnganGenerator',
  'runStackganPlusPlusGenerator',
  'stackganPlusPlusGeneratorVariables',
];

const ENCODERS = [
  'CharCnnRnnTrainer',
  'ContrastiveTrainer',
  'DamsmTrainer',
  'applyImageHeads',
  'applyTextEncoder',
  'buildBiLstm',
  'buildCharCnnRnn',
  'buildEfficientNetLite0',
  'buildImageHeads',
  'buildInceptionV3',
  'charCnnRnnLearningRate',
  'characterBatch',
  'contrastiveLearningRateFactor',
  'damsmLearningRate',
  'damsmLoss',
  'loadEfficientNetLite0',
  'loadNsfwjsInceptionV3',
  'resizeForTrunk',
  'retrievalAccuracy',
  'sameClassPairs',
  'samePairs',
  'sentenceScores',
  'wordScores',
];

const BUILDING_BLOCKS = [
  'Adam',
  'LiveTensors',
  'MovingAverage',
  'RmsProp',
  'Trainer',
  'adversarialLoss',
  'comparisonSheet',
  'defineRun',
  'evaluate',
  'exportAttnganGenerator',
  'exportRun',
  'exportStackganGenerator',
  'exportStackganPlusPlusGenerator',
  'readDataset',
  'requireFiniteLosses',
  'tokenBatch',
  'variablesFromBytes',
  'variablesOf',
  'variablesToBytes',
  'writeReport',
];

it('wordbrush/training has every network and every trainer', () => {
  expect(Object.keys(architectures).sort()).toEqual(ARCHITECTURES.toSorted());
  expect(Object.keys(encoders).sort()).toEqual(ENCODERS.toSorted());
  expect(Object.keys(training)).toEqual(
    expect.arrayContaining([...ARCHITECTURES, ...ENCODERS, ...BUILDING_BLOCKS]),
  );
});
