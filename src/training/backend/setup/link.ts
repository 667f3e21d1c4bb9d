import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorFlowLibrary } from './setup-types.js';

/**
 * Links a library into `deps` of the package, under the names that its build and the dynamic linker look for:
 * the binding is linked with `-ltensorflow`, and asks at run time for the name the library calls itself by.
 */
export async function linkLibrary(packageFolder: string, library: TensorFlowLibrary): Promise<void> {
  const deps = join(packageFolder, 'deps');
  await mkdir(join(deps, 'lib'), { recursive: true });
  const links = {
    include: library.include,
    'lib/libtensorflow.so': library.library,
    'lib/libtensorflow.so.2': library.library,
    'lib/libtensorflow_cc.so.2': library.library,
    'lib/libtensorflow_framework.so': library.framework,
    'lib/libtensorflow_framework.so.2': library.framework,
    // The run path of TensorFlow's CUDA build is relative: $ORIGIN/../nvidia/<library>/lib.
    ...(library.nvidia !== undefined && { nvidia: library.nvidia }),
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(deps, name));
}
