import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What a server does instead of giving the file; it may look at how often the path was asked for, from 1. */
export type Fault = (response: ServerResponse, content: Buffer, times: number) => boolean;

export interface FileServer {
  /** Ends with `/`. */
  url: string;
  /** Paths in the order in which they were asked for. */
  requests: string[];
  faults: Map<string, Fault>;
  close(): Promise<void>;
}

/** Serves the files of a folder on this machine until the test ends. */
export async function serveFolder(folder: string): Promise<FileServer> {
  const requests: string[] = [];
  const faults = new Map<string, Fault>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    let content: Buffer;
    try {
      content = readFileSync(join(folder, path));
    } catch {
      response.writeHead(404).end();
      return;
    }
    const times = requests.filter((one) => one === path).length;
    if (faults.get(path)?.(response, content, times) === true) return;
    response.writeHead(200, { 'content-length': content.length }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, requests, faults, close };
}
