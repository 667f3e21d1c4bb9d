/** Convolution without bias, batch normalisation, ReLU (`BasicConv2d` of torchvision). */
export interface ConvolutionPlan {
  /** As in torchvision's state dict, with slashes for its dots. */
  name: string;
  filters: number;
  /** Height and width. */
  kernelSize: readonly [number, number];
  strides: 1 | 2;
  /** `'same'`: a map keeps its size at strides 1. */
  padding: 'same' | 'valid';
}

export interface BranchPlan {
  /** Before the convolutions: averages or maxima of 3×3 that keep the size, or maxima of 3×3 with strides 2. */
  pooling?: 'average' | 'maximum' | 'halvingMaximum';
  /** One after the other. */
  convolutions: readonly ConvolutionPlan[];
  /** Two more, side by side, both on what the last convolution gives. */
  fork?: readonly [ConvolutionPlan, ConvolutionPlan];
}

/** Branches side by side on one input, put together along the channels in this order. */
export interface BlockPlan {
  name: string;
  branches: readonly BranchPlan[];
}

/** The layers before the blocks; a `null` stands for maxima of 3×3 with strides 2. */
export function stemPlans(): (ConvolutionPlan | null)[] {
  return [
    convolution('Conv2d_1a_3x3', 32, [3, 3], { strides: 2, padding: 'valid' }),
    convolution('Conv2d_2a_3x3', 32, [3, 3], { padding: 'valid' }),
    convolution('Conv2d_2b_3x3', 64, [3, 3]),
    null,
    convolution('Conv2d_3b_1x1', 80),
    convolution('Conv2d_4a_3x3', 192, [3, 3], { padding: 'valid' }),
    null,
  ];
}

/** What the pooled branch of the last block takes of each place's neighbours. */
export type LastPooling = 'average' | 'maximum';

/** The eleven blocks of Szegedy et al. 2016 (section 6), with torchvision's names. */
export function blockPlans(lastPooling: LastPooling = 'average'): BlockPlan[] {
  return [
    fiveByFive('Mixed_5b', 32),
    fiveByFive('Mixed_5c', 64),
    fiveByFive('Mixed_5d', 64),
    firstReduction('Mixed_6a'),
    sevenBySeven('Mixed_6b', 128),
    sevenBySeven('Mixed_6c', 160),
    sevenBySeven('Mixed_6d', 160),
    sevenBySeven('Mixed_6e', 192),
    secondReduction('Mixed_7a'),
    forked('Mixed_7b', 'average'),
    forked('Mixed_7c', lastPooling),
  ];
}

/** All 94 convolutions in the order of their definition, which is that of the state dict and of Keras's numbers. */
export function convolutionPlans(): ConvolutionPlan[] {
  const ofBlocks = blockPlans().flatMap(({ branches }) =>
    branches.flatMap(({ convolutions, fork = [] }) => [...convolutions, ...fork]),
  );
  return [...stemPlans().filter((plan) => plan !== null), ...ofBlocks];
}

/** `InceptionA`: the 5×5 branch, and the same view by two 3×3. */
function fiveByFive(name: string, poolFilters: number): BlockPlan {
  const branches = [
    { convolutions: [convolution('branch1x1', 64)] },
    { convolutions: [convolution('branch5x5_1', 48), convolution('branch5x5_2', 64, [5, 5])] },
    {
      convolutions: [
        convolution('branch3x3dbl_1', 64),
        convolution('branch3x3dbl_2', 96, [3, 3]),
        convolution('branch3x3dbl_3', 96, [3, 3]),
      ],
    },
    { pooling: 'average' as const, convolutions: [convolution('branch_pool', poolFilters)] },
  ];
  return block(name, branches);
}

/** `InceptionB`: halves the map. */
function firstReduction(name: string): BlockPlan {
  const halving = { strides: 2, padding: 'valid' } as const;
  const branches = [
    { convolutions: [convolution('branch3x3', 384, [3, 3], halving)] },
    {
      convolutions: [
        convolution('branch3x3dbl_1', 64),
        convolution('branch3x3dbl_2', 96, [3, 3]),
        convolution('branch3x3dbl_3', 96, [3, 3], halving),
      ],
    },
    { pooling: 'halvingMaximum' as const, convolutions: [] },
  ];
  return block(name, branches);
}

/** `InceptionC`: 7×7 as rows and columns. */
function sevenBySeven(name: string, width: number): BlockPlan {
  const branches = [
    { convolutions: [convolution('branch1x1', 192)] },
    {
      convolutions: [
        convolution('branch7x7_1', width),
        convolution('branch7x7_2', width, [1, 7]),
        convolution('branch7x7_3', 192, [7, 1]),
      ],
    },
    {
      convolutions: [
        convolution('branch7x7dbl_1', width),
        convolution('branch7x7dbl_2', width, [7, 1]),
        convolution('branch7x7dbl_3', width, [1, 7]),
        convolution('branch7x7dbl_4', width, [7, 1]),
        convolution('branch7x7dbl_5', 192, [1, 7]),
      ],
    },
    { pooling: 'average' as const, convolutions: [convolution('branch_pool', 192)] },
  ];
  return block(name, branches);
}

/** `InceptionD`: halves the map. */
function secondReduction(name: string): BlockPlan {
  const halving = { strides: 2, padding: 'valid' } as const;
  const branches = [
    { convolutions: [convolution('branch3x3_1', 192), convolution('branch3x3_2', 320, [3, 3], halving)] },
    {
      convolutions: [
        convolution('branch7x7x3_1', 192),
        convolution('branch7x7x3_2', 192, [1, 7]),
        convolution('branch7x7x3_3', 192, [7, 1]),
        convolution('branch7x7x3_4', 192, [3, 3], halving),
      ],
    },
    { pooling: 'halvingMaximum' as const, convolutions: [] },
  ];
  return block(name, branches);
}

/** `InceptionE`: rows and columns side by side. */
function forked(name: string, pooling: LastPooling): BlockPlan {
  const rowsAndColumns = (rows: string, columns: string) =>
    [convolution(rows, 384, [1, 3]), convolution(columns, 384, [3, 1])] as const;
  const branches = [
    { convolutions: [convolution('branch1x1', 320)] },
    {
      convolutions: [convolution('branch3x3_1', 384)],
      fork: rowsAndColumns('branch3x3_2a', 'branch3x3_2b'),
    },
    {
      convolutions: [convolution('branch3x3dbl_1', 448), convolution('branch3x3dbl_2', 384, [3, 3])],
      fork: rowsAndColumns('branch3x3dbl_3a', 'branch3x3dbl_3b'),
    },
    { pooling, convolutions: [convolution('branch_pool', 192)] },
  ];
  return block(name, branches);
}

function convolution(
  name: string,
  filters: number,
  kernelSize: readonly [number, number] = [1, 1],
  { strides = 1, padding = 'same' }: Partial<Pick<ConvolutionPlan, 'strides' | 'padding'>> = {},
): ConvolutionPlan {
  return { name, filters, kernelSize, strides, padding };
}

/** Puts the block's name before those of its convolutions. */
function block(name: string, branches: readonly BranchPlan[]): BlockPlan {
  const within = (plan: ConvolutionPlan) => ({ ...plan, name: `${name}/${plan.name}` });
  return {
    name,
    branches: branches.map(({ convolutions, fork, ...rest }) => ({
      ...rest,
      convolutions: convolutions.map(within),
      ...(fork === undefined ? {} : { fork: [within(fork[0]), within(fork[1])] as const }),
    })),
  };
}
