import { describe, expect, it } from 'vitest';
import { commandFailure } from '../../../../src/training/backend/setup/missing-piece.js';

/** What the tools print, cut to the telling lines. */
const OUTPUTS = {
  headers: `
gyp info find Python using Python version 3.11.7 found at "/usr/bin/python3"
gyp http GET https://nodejs.org/download/release/v24.21.0/node-v24.21.0-headers.tar.gz
gyp WARN install got an error, rolling back install
gyp ERR! stack Error: This is most likely not a problem with node-gyp or the package itself and
gyp ERR! stack is related to network connectivity.`,
  network: `
WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(': Failed to establish')': /simple/
ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)
ERROR: No matching distribution found for tensorflow-cpu==2.21.0`,
  wheel: `
ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: 2.20.0)
ERROR: No matching distribution found for tensorflow-cpu==2.21.0`,
  disk: 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
  gyp: `node-pre-gyp ERR! stack Error: Failed to execute 'node-gyp clean' (Error: spawn node-gyp ENOENT)`,
};

describe('commandFailure', () => {
  it.each(Object.entries(OUTPUTS))('names %s', (piece, output) => {
    expect(commandFailure('It', output)).toMatchObject({ code: 'SETUP_FAILED', details: { piece } });
  });

  it('shows the last lines of output that tells nothing', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const { message } = commandFailure('Building', lines.join('\n'));
    expect(message).toContain('Building failed:\nline 28\n');
    expect(message).toContain('line 39');
  });
});
