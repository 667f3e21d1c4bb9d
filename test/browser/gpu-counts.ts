/** What a page or worker did on the graphics card so far. */
export interface GpuCounts {
  /** Bytes brought back to the processor. */
  downloaded: number;
  /** Buffers that were made, and those that were not destroyed yet. */
  made: number;
  alive: number;
}

/** Runs in a page or worker before anything uses WebGPU; in a worker others ask through a channel. */
export function countGpu(): void {
  const counts: GpuCounts = { downloaded: 0, made: 0, alive: 0 };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    counts.made++;
    counts.alive++;
    return createBuffer.call(this, descriptor);
  };
  const { mapAsync, destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (mode, offset = 0, size) {
    const bytes = size ?? this.size - offset;
    if ((mode & GPUMapMode.READ) !== 0) counts.downloaded += bytes;
    return mapAsync.call(this, mode, offset, bytes);
  };
  GPUBuffer.prototype.destroy = function () {
    counts.alive--;
    return destroy.call(this);
  };
  const channel = new BroadcastChannel('gpu-counts');
  channel.addEventListener('message', ({ data }) => {
    if (data === 'ask') channel.postMessage(counts);
  });
}

/** In a page: the counts of its worker, or its own. */
export function askGpuCounts(): Promise<GpuCounts> {
  const channel = new BroadcastChannel('gpu-counts');
  return new Promise((resolve) => {
    channel.addEventListener('message', ({ data }) => {
      channel.close();
      resolve(data);
    });
    channel.postMessage('ask');
  });
}
