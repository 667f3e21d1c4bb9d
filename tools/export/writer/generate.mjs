// Regenerates onnx_pb.ts from onnx.proto. Needs Python 3 with pip and Node 22 or newer for protoc-gen-es (its
// "engines" field; Node 20 runs it with a warning). Works in a temporary folder, so the package needs neither.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'wordbrush-onnx-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: work, stdio: 'inherit' });

try {
  run('python3', '-m', 'venv', 'venv');
  const python = join(work, 'venv', 'bin', 'python');
  run(python, '-m', 'pip', 'install', '--quiet', 'grpcio-tools==1.85.1');
  writeFileSync(join(work, 'package.json'), '{"private":true}');
  run('npm', 'install', '--silent', '@bufbuild/protoc-gen-es@2.17.0');
  copyFileSync(join(here, 'onnx.proto'), join(work, 'onnx.proto'));
  run(
    python,
    ...['-m', 'grpc_tools.protoc', '-I.', 'onnx.proto'],
    `--plugin=protoc-gen-es=${join(work, 'node_modules', '.bin', 'protoc-gen-es')}`,
    ...['--es_out=.', '--es_opt=target=ts,import_extension=js'],
  );
  copyFileSync(join(work, 'onnx_pb.ts'), join(here, 'onnx_pb.ts'));
} finally {
  rmSync(work, { recursive: true, force: true });
}
