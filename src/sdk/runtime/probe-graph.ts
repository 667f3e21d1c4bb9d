import type { TensorValue } from './platform.js';

// Made by scripts/make-probe-graph.ts, which says what it computes.
const GRAPH_BASE64 =
  'CAgSCXdvcmRicnVzaBoFMC4xLjA6wgEKLwoBeAoBdxIGY29udjowGgRjb252IgRDb252KhEKBHBhZHNAAUABQAFAAaABBzoAChkKBmNvbnY6MBIBeRoEdGFuaCIEVGFuaDoAEgVwcm9iZSozCAEIAQgDCAMQAUIBd0okzczMvpqZmb7NzEy+zczMvQAAAADNzMw9zcxMPpqZmT7NzMw+WhsKAXgSFgoUCAESEAoCCAEKAggBCgIIBAoCCARiGwoBeRIWChQIARIQCgIIAQoCCAEKAggECgIIBEIECgAQEQ==';

/** An ONNX file: y = tanh(conv(x, w)), both `[1, 1, 4, 4]` float32. */
export function probeGraph(): Uint8Array {
  return Uint8Array.from(atob(GRAPH_BASE64), (character) => character.charCodeAt(0));
}

/** What to give as x. */
export function probeInput(): TensorValue {
  return { dims: [1, 1, 4, 4], data: Float32Array.from({ length: 16 }, (_, index) => index / 10) };
}

/** What y is then. */
export const PROBE_OUTPUT: readonly number[] = [
  0.3185208, 0.4542165, 0.5226654, 0.3004371, 0.5580522, 0.6527067, 0.6527067, 0.2913126, 0.635149, 0.6527067,
  0.6527067, 0.1780809, -0.2821348, -0.6469295, -0.6962577, -0.7013741,
];
